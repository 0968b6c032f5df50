package dev.lockstep.journal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.TinyDisk;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageJournalTest {
  private static final int BOOT_PARTITION_BYTES = 32 << 20;
  private static final int BOOT_PARTITION_AT = 1 << 20;

  @TempDir Path folder;
  private Path disk;
  private Path dead;

  @BeforeEach
  void names() {
    disk = folder.resolve("disk.img");
    dead = folder.resolve("dead.img");
  }

  /**
   * A disk with a table, and on its first partition an ext4 filesystem made with the given options.
   */
  private void partition(String mkfsOptions, String... more) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/sbin/mkfs.ext4")), "mkfs.ext4 (e2fsprogs) is needed");
    assumeTrue(Files.isExecutable(Path.of("/sbin/sfdisk")), "sfdisk (fdisk) is needed");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(64 << 20);
    }
    shell("printf 'label: gpt\\nsize=32MiB\\nsize=8MiB\\n' | /sbin/sfdisk -q " + disk);
    shell(
        "/sbin/mkfs.ext4 -q -F %s -E offset=%d %s %s %dk"
            .formatted(
                mkfsOptions,
                BOOT_PARTITION_AT,
                String.join(" ", more),
                disk,
                BOOT_PARTITION_BYTES / 1024));
  }

  private static void shell(String command) throws IOException {
    TinyDisk.run("sh", "-c", command);
  }

  /**
   * The image as it is while the filesystem is in use: what a power cut leaves, with the ext4
   * journal not yet written home.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-b 4096",
        "-b 1024",
        "-b 4096 -O ^metadata_csum",
        "-b 1024 -O ^64bit,^metadata_csum",
        "-b 2048 -O ^64bit"
      })
  void aDeadDiskReadsAsItWouldAfterAMount(String mkfsOptions) throws Exception {
    try (TinyDisk mounts = new TinyDisk()) {
      partition(mkfsOptions);
      Path boot =
          mounts.mount(
              folder.resolve("mnt"),
              "-o",
              "loop,offset=%d,sizelimit=%d".formatted(BOOT_PARTITION_AT, BOOT_PARTITION_BYTES),
              disk.toString());
      Path directory = JournalFixture.write(Files.createDirectory(boot.resolve("lockstep")), 5, 9);
      TinyDisk.run("cp", "--sparse=always", disk.toString(), dead.toString());
      assertNotUnmounted();
      Scan inside = JournalReader.read(directory);
      assertThat(inside.located()).hasSize(16);
      assertThat(ImageJournal.read(dead)).isEqualTo(inside);
    }
  }

  private void assertNotUnmounted() throws IOException {
    try (ImageFile image = ImageFile.open(dead)) {
      ByteSource boot = PartitionTable.read(image).getFirst();
      assertThat(Ext4Superblock.read(boot).needsRecovery()).isTrue();
    }
  }

  @Test
  void anImageThatWasUnmountedReadsWithoutRoot() throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree/lockstep"));
    Path directory = JournalFixture.write(tree, 4, 2, 1);
    partition("-b 4096", "-d", folder.resolve("tree").toString());
    assertThat(ImageJournal.read(disk)).isEqualTo(JournalReader.read(directory));
  }

  @Test
  void theCopyOfTheTableServesWhereTheFirstIsTorn() throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree/lockstep"));
    JournalFixture.write(tree, 4);
    partition("-b 4096", "-d", folder.resolve("tree").toString());
    shell("dd if=/dev/zero of=%s bs=512 seek=1 count=1 conv=notrunc status=none".formatted(disk));
    assertThat(ImageJournal.read(disk).located()).hasSize(5);
  }

  @Test
  void anImageWithoutAJournalIsAWord() throws Exception {
    partition("-b 4096");
    assertThatThrownBy(() -> ImageJournal.read(disk))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/lockstep/journal");
    Files.write(dead, new byte[100]);
    assertThatThrownBy(() -> ImageJournal.read(dead)).isInstanceOf(IOException.class);
  }

  @Test
  void aDamagedFilesystemIsAWordOrAFindingNeverAnythingElse() throws Exception {
    Path tree = Files.createDirectories(folder.resolve("tree/lockstep"));
    JournalFixture.write(tree, 4, 4);
    partition("-b 1024", "-d", folder.resolve("tree").toString());
    Random random = new Random(5);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      for (int round = 0; round < 300; round++) {
        int at = BOOT_PARTITION_AT + random.nextInt(round % 2 == 0 ? 4096 : 512 * 1024);
        file.seek(at);
        int old = file.read();
        file.seek(at);
        file.write(random.nextInt(256));
        readOrRefuse();
        file.seek(at);
        file.write(old);
      }
    }
    assertThat(ImageJournal.read(disk).isSound()).isTrue();
  }

  private void readOrRefuse() {
    try {
      assertThat(ImageJournal.read(disk)).isNotNull();
    } catch (IOException refused) {
      assertThat(refused).hasMessageContaining("holds no journal");
    }
  }
}
