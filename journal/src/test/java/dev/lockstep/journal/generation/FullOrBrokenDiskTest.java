package dev.lockstep.journal.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.scan.JournalReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A page fault on a full or broken disk would end this very process with SIGBUS: that these tests
 * end at all is part of them.
 */
class FullOrBrokenDiskTest {
  @TempDir Path folder;
  private Path scratch;

  @BeforeEach
  void scratch() {
    scratch = folder.resolve("scratch");
  }

  @Test
  void aFullDiskIsRefusedCleanlyAndLeavesNothingBehind() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(folder.resolve("image"), 4096, folder.resolve("mnt"));
      Path directory = medium.resolve("journal");
      Journal.create(directory, scratch, UUID.randomUUID(), () -> 0).close();
      TinyDisk.fill(medium);
      assertThatThrownBy(() -> Journal.open(directory, scratch, UUID.randomUUID(), () -> 0))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.NO_ROOM);
      assertThat(directory).isDirectoryNotContaining("glob:**gen001.cq4");
      assertThat(JournalReader.read(directory).isSound()).isTrue();
    }
  }

  @Test
  void aDiskThatFillsUpLaterDoesNotStopAnOpenJournal() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path medium = disk.ext4(folder.resolve("image"), 4096, folder.resolve("mnt"));
      Path directory = medium.resolve("journal");
      try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 0)) {
        TinyDisk.fill(medium);
        while (journal.hasRoomFor(9, 4200)) {
          JournalFixture.append(journal, 4000);
        }
      }
      assertThat(JournalReader.read(directory).isSound()).isTrue();
      assertThat(JournalReader.read(directory).located()).hasSizeGreaterThan(100);
    }
  }

  @Test
  void aFullScratchFolderIsRefusedCleanlyAndNothingIsWrittenToTheMedium() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path full = disk.tmpfs(64, folder.resolve("tmpfs"));
      Path directory = folder.resolve("journal");
      assertThatThrownBy(() -> Journal.create(directory, full, UUID.randomUUID(), () -> 0))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.NO_ROOM);
      assertThat(directory).isEmptyDirectory();
    }
  }

  /**
   * The image's blocks are taken away from under the filesystem: from then on each of its writes
   * fails.
   */
  @Test
  void aFlushThatFailsEndsTheWriterAndIsNeverTriedAgain() throws Exception {
    try (TinyDisk disk = new TinyDisk()) {
      Path backing = disk.tmpfs(8192, folder.resolve("tmpfs"));
      Path image = backing.resolve("image");
      Path medium = disk.ext4(image, 4096, folder.resolve("mnt"));
      Path directory = medium.resolve("journal");
      try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 0)) {
        JournalFixture.append(journal, 100);
        TinyDisk.run("fallocate", "--punch-hole", "-o", "0", "-l", "4MiB", image.toString());
        TinyDisk.fill(backing);
        assertThatThrownBy(() -> JournalFixture.append(journal, 100))
            .asInstanceOf(type(JournalFailed.class))
            .extracting(JournalFailed::reason)
            .isEqualTo(JournalFailed.Reason.MEDIUM);
        assertThatThrownBy(() -> JournalFixture.append(journal, 100))
            .asInstanceOf(type(JournalFailed.class))
            .extracting(JournalFailed::reason)
            .isEqualTo(JournalFailed.Reason.ENDED);
        Files.delete(backing.resolve("filler"));
      }
    }
  }
}
