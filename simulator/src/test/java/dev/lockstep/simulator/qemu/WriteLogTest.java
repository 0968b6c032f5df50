package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that QEMU was killed over is read as far as it goes, and nothing else is taken for one. */
class WriteLogTest {

  @TempDir Path folder;

  @Test
  void tellsWhatWasDoneInItsOrder() throws IOException {
    WriteLog log = new LogFile().write(8, 2, 1).flush().write(0, 1, 2, LogFile.FORCED).in(folder);
    assertThat(log.entries()).hasSize(3);
    assertThat(log.entries().get(0).offsetBytes()).isEqualTo(4096);
    assertThat(log.entries().get(0).lengthBytes()).isEqualTo(1024);
    assertThat(log.entries().get(1).isFlush()).isTrue();
    assertThat(log.entries().get(2).isForced()).isTrue();
  }

  @Test
  void endsWhereThePlugWasPulled() throws IOException {
    byte[] whole = new LogFile().write(8, 2, 1).write(0, 4, 2).bytes();
    Path file = folder.resolve("log");
    for (int length = whole.length - 1; length >= whole.length - 5 * 512; length -= 100) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(WriteLog.read(file).entries()).hasSize(1);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 4096)); // room that was never written
    assertThat(WriteLog.read(file).entries()).hasSize(2);
  }

  @Test
  void knowsHowFarItHadGotWhenItWasShorter() throws IOException {
    WriteLog log = new LogFile().write(8, 2, 1).flush().write(0, 4, 2).in(folder);
    assertThat(log.entriesWithin(512)).isZero();
    assertThat(log.entriesWithin(512 + 3 * 512 - 1)).isZero();
    assertThat(log.entriesWithin(512 + 3 * 512)).isEqualTo(1);
    assertThat(log.entriesWithin(Long.MAX_VALUE)).isEqualTo(3);
  }

  @Test
  void whatIsNoLogIsRefused() throws IOException {
    Path file = Files.write(folder.resolve("log"), new byte[4096]);
    assertThatThrownBy(() -> WriteLog.read(file)).hasMessageContaining("no write log");
    Files.write(file, new LogFile().write(0, 1, 1, 1 << 20).bytes());
    assertThatThrownBy(() -> WriteLog.read(file)).hasMessageContaining("damaged at byte 512");
  }
}
