package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.demo.DemoFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No machine has a stick of a time before its cut or behind it. */
class StickWatchTest {

  private static final int ENTRY_BYTES = 1024;

  @TempDir Path folder;
  private Path stick;
  private Path file;
  private byte[] whole;
  private StickWatch watch;

  @BeforeEach
  void record() throws IOException, DemoFailed {
    LogFile log = new LogFile();
    for (int entry = 0; entry < 6; entry++) {
      log.write(entry, 1, 1);
    }
    whole = log.bytes();
    stick = folder.resolve("stick");
    file = folder.resolve("writes.log");
    write('a', 1_000);
    grow(0);
    watch = new StickWatch(stick, file, folder.resolve("copies"));
  }

  private void write(int content, long millis) throws IOException {
    Files.write(stick, new byte[] {(byte) content});
    Files.setLastModifiedTime(stick, FileTime.fromMillis(millis));
  }

  private void grow(int entries) throws IOException {
    Files.write(file, Arrays.copyOf(whole, 512 + entries * ENTRY_BYTES));
  }

  private Set<Character> at(int position) throws IOException {
    WriteLog log = WriteLog.read(file);
    Set<Character> seen = new HashSet<>();
    Random random = new Random(3);
    for (int draw = 0; draw < 50; draw++) {
      seen.add((char) Files.readAllBytes(watch.at(log, position, random))[0]);
    }
    return seen;
  }

  @Test
  void betweenTwoLooksEitherMayBe() throws IOException, DemoFailed {
    grow(1);
    watch.look();
    write('b', 2_000);
    grow(3);
    watch.look();
    grow(4);
    watch.look();
    write('c', 3_000);
    grow(5);
    watch.look();
    grow(6);
    watch.look();
    assertThat(at(1)).containsExactly('a');
    assertThat(at(2)).containsExactlyInAnyOrder('a', 'b');
    assertThat(at(3)).containsExactly('b');
    assertThat(at(4)).containsExactly('b');
    assertThat(at(5)).containsExactly('c');
    assertThat(at(6)).containsExactly('c');
  }
}
