package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No machine has the key before it was written, or is without it afterwards. */
class StickWatchTest {

  @TempDir Path folder;

  @Test
  void betweenTheTwoLooksEitherMayBe() throws IOException {
    byte[] whole =
        new LogFile().write(0, 1, 1).write(1, 1, 1).write(2, 1, 1).write(3, 1, 1).bytes();
    Path stick = Files.write(folder.resolve("stick"), new byte[512]);
    Files.setLastModifiedTime(stick, FileTime.fromMillis(1_000));
    Path file = folder.resolve("writes.log");
    Files.write(file, Arrays.copyOf(whole, 512 + 1024)); // one entry
    StickWatch watch = new StickWatch(stick, file);
    watch.look();
    Files.setLastModifiedTime(stick, FileTime.fromMillis(2_000));
    Files.write(file, Arrays.copyOf(whole, 512 + 3 * 1024)); // three
    watch.look();
    Files.write(file, whole);
    watch.look(); // nothing new on the stick
    WriteLog log = WriteLog.read(file);
    Random random = new Random(3);
    assertThat(watch.hasKey(log, 1, random)).isFalse();
    assertThat(watch.hasKey(log, 4, random)).isTrue();
    assertThat(IntStream.range(0, 100).mapToObj(_ -> watch.hasKey(log, 2, random)).distinct())
        .containsExactlyInAnyOrder(true, false);
  }
}
