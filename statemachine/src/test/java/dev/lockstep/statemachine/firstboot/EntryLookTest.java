package dev.lockstep.statemachine.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is remembered of an entry is never told of another content. */
class EntryLookTest {

  private final Map<String, byte[]> files = new TreeMap<>();
  private final EntryLook entries = new EntryLook(new InMemory());

  private byte[] put(String name, String options) {
    byte[] content = ("linux /vmlinuz\noptions " + options + "\n").getBytes(StandardCharsets.UTF_8);
    files.put("loader/entries/" + name, content);
    return content;
  }

  @Test
  void anEntryIsAsItIsAtEachLook() throws IOException {
    put("a.conf", "rd.lockstep.encrypt=tpm2");
    assertThat(entries.look()).singleElement().matches(EntrySeen::trigger);
    byte[] changed = put("a.conf", "quiet");
    assertThat(entries.look())
        .singleElement()
        .matches(seen -> !seen.trigger() && seen.content().equals(Digest.of(changed)));
    put("a.conf", "rd.lockstep.encrypt=tpm2");
    assertThat(entries.look()).singleElement().matches(EntrySeen::trigger);
  }

  @Test
  void oneThatIsGoneIsGoneAndOneThatComesIsSeen() throws IOException {
    put("a.conf", "quiet");
    assertThat(entries.look()).hasSize(1);
    files.clear();
    assertThat(entries.look()).isEmpty();
    put("b.conf", "quiet");
    put("a.conf", "quiet");
    files.put("loader/entries/torn.conf", new byte[200]);
    files.put("loader/entries/README", new byte[0]);
    assertThat(entries.look()).extracting(EntrySeen::name).containsExactly("a.conf", "b.conf");
    assertThat(entries.look()).extracting(EntrySeen::name).containsExactly("a.conf", "b.conf");
  }

  private final class InMemory implements BootPartition {
    @Override
    public Option<byte[]> read(String path) {
      return Option.of(files.get(path)).map(byte[]::clone);
    }

    @Override
    public List<String> list(String folder) {
      return files.keySet().stream().map(path -> path.substring(folder.length() + 1)).toList();
    }

    @Override
    public void write(String path, byte[] content) {
      throw new AssertionError("a look changes nothing");
    }

    @Override
    public void writeByte(String path, int offsetBytes, byte value) {
      throw new AssertionError("a look changes nothing");
    }

    @Override
    public void sync(String path) {
      throw new AssertionError("a look changes nothing");
    }

    @Override
    public void delete(String path) {
      throw new AssertionError("a look changes nothing");
    }

    @Override
    public void erase(String path) {
      throw new AssertionError("a look changes nothing");
    }
  }
}
