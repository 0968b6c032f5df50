package dev.lockstep.statemachine.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntryWritingTest {

  private static final String NAME = "new.conf";

  /** Keeps each content that was written, and what was synced. */
  private static final class Written implements BootPartition {
    private final Map<String, byte[]> files = new HashMap<>();
    private final List<String> history = new ArrayList<>();

    private void note(String path) {
      history.add(new String(files.get(path), StandardCharsets.UTF_8));
    }

    @Override
    public Option<byte[]> read(String path) {
      return Option.of(files.get(path)).map(byte[]::clone);
    }

    @Override
    public void write(String path, byte[] content) {
      files.put(path, content.clone());
      note(path);
    }

    @Override
    public void writeByte(String path, int offsetBytes, byte value) {
      files.get(path)[offsetBytes] = value;
      note(path);
    }

    @Override
    public void sync(String path) {
      history.add("sync");
    }

    @Override
    public void delete(String path) {
      throw new AssertionError("nothing is deleted");
    }

    @Override
    public void erase(String path) {
      throw new AssertionError("nothing is erased");
    }

    @Override
    public List<String> list(String folder) {
      return List.copyOf(files.keySet());
    }
  }

  private final Written boot = new Written();

  private boolean write(String text) throws IOException {
    return new EntryWriting(boot, NAME).write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theByteThatMakesItAnEntryComesWhenAllElseIsDurable() throws IOException {
    assertThat(write("title Größe\nlinux /vmlinuz\noptions root=/dev/mapper/root\n")).isTrue();

    assertThat(boot.history)
        .containsExactly(
            "title Größe\n#inux /vmlinuz\noptions root=/dev/mapper/root\n",
            "sync",
            "title Größe\nlinux /vmlinuz\noptions root=/dev/mapper/root\n",
            "sync");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "efi /EFI/Linux/a.efi\noptions quiet\n",
        "title A\n  \tlinux\t/vmlinuz\n",
        "title A\nuki /EFI/Linux/a.efi\nversion 1\n"
      })
  void noPartOfWhatIsWrittenFirstIsAnEntry(String text) throws IOException {
    assertThat(write(text)).isTrue();

    byte[] draft = boot.history.getFirst().getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length <= draft.length; length++) {
      byte[] part = Arrays.copyOf(draft, length);
      assertThat(EntrySwitch.read(NAME, part)).isEmpty();
      assertThat(new String(part, StandardCharsets.UTF_8)).doesNotContainPattern("(?m)^\\s*uki");
    }
    assertThat(boot.read(NAME).get()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void oneThatIsThereIsOnlyMadeDurable() throws IOException {
    write("linux /vmlinuz\n");
    boot.history.clear();

    assertThat(write("linux /vmlinuz\n")).isTrue();
    assertThat(boot.history).containsExactly("sync");
  }
}
