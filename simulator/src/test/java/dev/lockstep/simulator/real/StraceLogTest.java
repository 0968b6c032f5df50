package dev.lockstep.simulator.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No sync of any thread is missed; one that would be ends the proof. */
class StraceLogTest {

  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void make() throws IOException {
    file = Files.createFile(folder.resolve("log"));
  }

  @Test
  void aSyncAndItsStopAreToldOnceEvenWhenTheLineComesInTwoParts() throws IOException {
    try (StraceLog log = new StraceLog(file)) {
      append("101 fsync(7</dev/loop1>) = 0\n101 --- SIGSTOP {si_signo=SIGSTOP} ---\n101 --- stop");
      assertThat(log.readOn()).isEmpty();
      append("ped by SIGSTOP ---\n102 --- stopped by SIGSTOP ---\n");
      assertThat(log.readOn()).containsExactly(101L);
      assertThat(log.readOn()).isEmpty();
      assertThat(log.points()).containsExactly(new SyncPoint(1, 101, "fsync", "/dev/loop1"));
      log.requireAllStopped();
    }
  }

  @Test
  void aSyncOfMappedMemoryIsTheJournalsWhereverItIsMapped() throws IOException {
    try (StraceLog log = new StraceLog(file)) {
      append("101 msync(0x7fba42c21000, 1247, MS_SYNC) = 0\n101 --- stopped by SIGSTOP ---\n");
      assertThat(log.readOn()).containsExactly(101L);
      assertThat(log.points()).containsExactly(new SyncPoint(1, 101, "msync", SyncTarget.MAPPED));
    }
  }

  @Test
  void syncsOfTwoThreadsAtOnceAreBothCounted() throws IOException {
    try (StraceLog log = new StraceLog(file)) {
      append("101 fsync(7</a (b)> <unfinished ...>\n102 syncfs(8</c>) = 0\n");
      append("101 <... fsync resumed>)             = 0\n");
      append("101 --- stopped by SIGSTOP ---\n102 --- stopped by SIGSTOP ---\n");
      assertThat(log.readOn()).containsExactly(101L, 102L);
      assertThat(log.points().stream().map(SyncPoint::target)).isEqualTo(List.of("/c", "/a (b)"));
    }
  }

  @Test
  void aSyncThatDidNotStopIsNoticed() throws IOException {
    try (StraceLog log = new StraceLog(file)) {
      append("101 fsync(7</a>) = 0\n101 fdatasync(7</a>) = 0\n");
      assertThatThrownBy(log::readOn).hasMessageContaining("a sync was missed");
    }
    try (StraceLog log = new StraceLog(file)) {
      Files.writeString(file, "101 fsync(7</a>) = 0\n");
      assertThat(log.readOn()).isEmpty();
      assertThatThrownBy(log::requireAllStopped).hasMessageContaining("a sync was missed");
    }
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }
}
