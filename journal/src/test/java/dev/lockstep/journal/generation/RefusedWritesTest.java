package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.Tries;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The medium refuses a write, each one in turn: a disk that is full at any step of a boot or a
 * fold, one that is read-only or becomes so, a file that can't be removed. Never a SIGBUS, nothing
 * acknowledged is lost, and the next boot with room goes on. {@code -Dlockstep.kills=full} fills
 * the disk in steps of 4 KiB instead of 50.
 */
class RefusedWritesTest {
  @TempDir Path folder;
  private Path scratch;

  @BeforeEach
  void scratch() {
    scratch = folder.resolve("scratch");
  }

  /** Two boots are there; the third one folds. */
  private Path twoBoots(Path medium) throws Exception {
    Path directory = medium.resolve("journal");
    Journal.create(directory, scratch, UUID.randomUUID(), () -> 0).close();
    try (Journal journal = open(directory)) {
      JournalFixture.append(journal, 2000);
    }
    return directory;
  }

  private Journal open(Path directory) throws JournalFailed {
    return Journal.open(
        directory, scratch, UUID.randomUUID(), () -> 0, new Compaction(3, Retention.EVERYTHING));
  }

  private static List<JournalRecord> events(Scan scan) {
    return scan.records().stream().filter(r -> !Checkpoint.isReserved(r.type())).toList();
  }

  @Test
  void aDiskThatIsFullAtAnyStepOfABootOrAFoldRefusesCleanlyAndGoesOnWithRoom() throws Exception {
    int refused = 0;
    int opened = 0;
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(folder.resolve("image"), 6 * 1024, folder.resolve("mnt"));
      Path directory = twoBoots(medium);
      Path filler = medium.resolve("filler");
      for (int freeKibibytes = 0; freeKibibytes < 800; freeKibibytes += Tries.of(50, 4)) {
        List<JournalRecord> before = new ArrayList<>(events(JournalReader.read(directory)));
        leaveFree(medium, filler, freeKibibytes);
        try (Journal journal = open(directory)) {
          opened++;
          while (journal.hasRoomFor(9, 60_000)) {
            JournalFixture.append(journal, 50_000);
          }
        } catch (JournalFailed failed) {
          refused++;
          assertThat(failed.reason()).isEqualTo(JournalFailed.Reason.NO_ROOM);
          assertThat(events(JournalReader.read(directory))).isEqualTo(before);
        }
        Files.delete(filler);
        Scan scan = JournalReader.read(directory);
        assertThat(Compaction.isExplained(scan)).as("%s", scan.findings()).isTrue();
        assertThat(events(scan)).containsSubsequence(before);
        Path next = folder.resolve("next");
        copy(directory, next);
        try (Journal journal = open(next)) {
          JournalFixture.append(journal, 10);
          assertThat(events(journal.scan())).containsSubsequence(before);
        }
        remove(next);
        if (JournalReader.files(directory).size() > 2) {
          remove(directory);
          twoBoots(medium);
        }
      }
    }
    assertThat(refused).isGreaterThan(5);
    assertThat(opened).isPositive();
  }

  /** Chronicle's own files lie there; a hole in one of them would be met through a mapping. */
  @Test
  void aScratchFolderThatIsFullAtAnyPageIsRefusedOrServesAndNeverKills() throws Exception {
    int refused = 0;
    int served = 0;
    try (TinyDisk disk = new TinyDisk()) {
      Path memory = disk.tmpfs(1024, folder.resolve("tmpfs"));
      Path directory = folder.resolve("journal");
      Journal.create(directory, scratch, UUID.randomUUID(), () -> 0).close();
      for (int pages = 0; pages < 60; pages++) {
        Path filler = memory.resolve("filler");
        leaveFree(memory, filler, 4 * pages);
        try (Journal journal =
            Journal.open(
                directory,
                memory.resolve("scratch"),
                UUID.randomUUID(),
                () -> 0,
                new Compaction(3, Retention.EVERYTHING))) {
          JournalFixture.append(journal, 100);
          served++;
        } catch (JournalFailed failed) {
          refused++;
        }
        Files.delete(filler);
        assertThat(Compaction.isExplained(JournalReader.read(directory))).isTrue();
      }
      assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(3);
    }
    assertThat(refused).isPositive();
    assertThat(served).isPositive();
  }

  @Test
  void aReadOnlyMediumIsReadAndRefusedWithTheReason() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(folder.resolve("image"), 6 * 1024, folder.resolve("mnt"));
      Path directory = twoBoots(medium);
      Path readOnly = disk.mount(folder.resolve("read-only"), "--bind", medium.toString());
      TinyDisk.run("mount", "-o", "remount,bind,ro", readOnly.toString());
      assertThatThrownBy(() -> open(readOnly.resolve("journal")))
          .isInstanceOf(JournalFailed.class)
          .hasMessageContaining("Read-only file system");
      assertThat(JournalReader.read(readOnly.resolve("journal")).isSound()).isTrue();
      open(directory).close();
    }
  }

  /** As ext4 does by itself when its disk fails. The writer is another process: it must not die. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aMediumThatBecomesReadOnlyInTheMidstOfAppendsEndsTheWriterAndLosesNothing()
      throws Exception {
    Path image = folder.resolve("image");
    List<String> acknowledged = new ArrayList<>();
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(image, 6 * 1024, folder.resolve("mnt"));
      Path errors = folder.resolve("errors");
      Process writer =
          new ProcessBuilder(AppendingProcess.command(medium.resolve("journal"), scratch))
              .redirectError(errors.toFile())
              .start();
      try (BufferedReader lines = writer.inputReader(UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          acknowledged.add(line);
          if (acknowledged.size() == 20) {
            TinyDisk.run("mount", "-o", "remount,abort", medium.toString());
          }
        }
      }
      assertThat(writer.waitFor()).as(Files.readString(errors)).isEqualTo(1);
      assertThat(errors).content().contains(JournalFailed.class.getName());
    }
    // A copy: where another mount namespace still has the first mount, it is read-only for all.
    Path left = Files.copy(image, folder.resolve("left"));
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.mount(folder.resolve("again"), "-o", "loop", left.toString());
      Scan scan = JournalReader.read(medium.resolve("journal"));
      assertThat(Compaction.isExplained(scan)).as("%s", scan.findings()).isTrue();
      assertThat(scan.located().stream().map(r -> r.sequence() + " " + r.hash()))
          .containsAll(acknowledged);
      try (Journal journal = open(medium.resolve("journal"))) {
        JournalFixture.append(journal, 10);
      }
    }
  }

  @Test
  void aGenerationThatCannotBeRemovedStopsTheFoldAndLosesNothing() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(folder.resolve("image"), 6 * 1024, folder.resolve("mnt"));
      Path directory = twoBoots(medium);
      List<JournalRecord> before = events(JournalReader.read(directory));
      String immutable = directory.resolve("gen000.cq4").toString();
      TinyDisk.run("chattr", "+i", immutable);
      for (int boot = 0; boot < 2; boot++) {
        assertThatThrownBy(() -> open(directory))
            .isInstanceOf(JournalFailed.class)
            .hasMessageContaining("can't be removed")
            .hasMessageContaining("gen000.cq4");
        assertThat(events(JournalReader.read(directory))).isEqualTo(before);
      }
      TinyDisk.run("chattr", "-i", immutable);
      open(directory).close();
      assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(3);
      assertThat(events(JournalReader.read(directory))).isEqualTo(before);
    }
  }

  @Test
  void aFolderThatTakesNoFileIsRefusedAndLosesNothing() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(folder.resolve("image"), 6 * 1024, folder.resolve("mnt"));
      Path directory = twoBoots(medium);
      TinyDisk.run("chattr", "+i", directory.toString());
      assertThatThrownBy(() -> open(directory))
          .isInstanceOf(JournalFailed.class)
          .hasMessageContaining("gen002.cq4");
      TinyDisk.run("chattr", "-i", directory.toString());
      open(directory).close();
      assertThat(JournalReader.read(directory).isSound()).isTrue();
    }
  }

  private static void leaveFree(Path medium, Path filler, int kibibytes) throws IOException {
    TinyDisk.fill(medium);
    try (FileChannel channel = FileChannel.open(filler, StandardOpenOption.WRITE)) {
      channel.truncate(Math.max(0, channel.size() - 1024L * kibibytes));
      channel.force(true); // what was freed is free only once the filesystem has committed it
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (Path file : JournalReader.files(from)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  private static void remove(Path directory) throws IOException {
    for (Path file : JournalReader.files(directory)) {
      Files.delete(file);
    }
    Files.delete(directory);
  }
}
