package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.Mounts;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountedPartitionTest {

  private static final long SIZE_BYTES = 16 << 20;

  /** For any filesystem. */
  private static final long LARGE_BYTES = 320 << 20;

  @TempDir private Path folder;
  private Path disk;

  @BeforeEach
  void makeFilesystem() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting needs root");
    disk = folder.resolve("disk.img");
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(SIZE_BYTES);
    }
    assertThat(new ProcessBuilder("mkfs.ext4", "-q", disk.toString()).start().waitFor()).isZero();
    Mounts.enterNamespaceOfOwn();
  }

  private MountedPartition mount() throws Exception {
    return MountedPartition.mount(
        disk, 0, SIZE_BYTES, "ext4", Files.createDirectories(folder.resolve("mount")));
  }

  /** Its superblock would be written when that namespace ends, over whatever is there by then. */
  @Test
  void aFilesystemThatAnotherNamespaceKeepsIsWaitedFor() throws Exception {
    MountedPartition mounted = mount().makeWritable();
    Process holder = new ProcessBuilder("unshare", "--mount", "sleep", "2").start();
    Thread.sleep(500); // until it has its copy of our mounts

    mounted.closeForGood();

    assertThat(holder.isAlive()).isFalse();
    assertThat(AttachedLoop.on(disk)).isEmpty();
  }

  @Test
  void mountedButNotWrittenItIsByteForByteAsItWas() throws Exception {
    byte[] before = Files.readAllBytes(disk);

    mount().closeForGood();

    assertThat(Files.readAllBytes(disk)).isEqualTo(before);
  }

  /** A plain mount, read-only or not, would write what is in its log to where it belongs. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void oneThatLostItsPowerIsLookedAtWithoutAByteChanged(String filesystem) throws Exception {
    Path cut = cutWhileMounted(filesystem);
    Path before = Files.copy(cut, folder.resolve("before"));
    Path point = Files.createDirectories(folder.resolve("mount"));
    try (MountedPartition looked =
        MountedPartition.look(cut, 0, Files.size(cut), filesystem, point)) {
      assertThat(looked.path().resolve("early")).hasContent("early");
    }
    assertThat(Files.mismatch(before, cut)).isEqualTo(-1);

    MountedPartition.mount(cut, 0, Files.size(cut), filesystem, point).closeForGood();
    assertThat(Files.mismatch(before, cut)).as("that is what mounting does").isNotEqualTo(-1);
  }

  private Path cutWhileMounted(String filesystem) throws Exception {
    Path live = folder.resolve("live.img");
    try (RandomAccessFile file = new RandomAccessFile(live.toFile(), "rw")) {
      file.setLength(LARGE_BYTES);
    }
    String maker = "mkfs." + filesystem;
    assertThat(new ProcessBuilder(maker, "-q", live.toString()).start().waitFor()).isZero();
    Path point = Files.createDirectories(folder.resolve("live"));
    MountedPartition mounted =
        MountedPartition.mount(live, 0, LARGE_BYTES, filesystem, point).makeWritable();
    Files.writeString(point.resolve("early"), "early");
    mounted.closeForGood();
    mounted = MountedPartition.mount(live, 0, LARGE_BYTES, filesystem, point).makeWritable();
    for (int number = 0; number < 20; number++) {
      try (FileChannel late =
          FileChannel.open(
              point.resolve("late-" + number),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        late.force(true); // into the log
      }
    }
    Path cut = Files.copy(live, folder.resolve("cut.img"));
    mounted.closeForGood();
    Files.delete(live); // or btrfs would find two of the same
    return cut;
  }

  @Test
  void whatIsMountedHereIsNotThereForOthers() throws Exception {
    MountedPartition mounted = mount();
    Process elsewhere =
        new ProcessBuilder(
                "nsenter", "--mount=/proc/1/ns/mnt", "findmnt", mounted.path().toString())
            .start();

    assertThat(elsewhere.waitFor()).isNotZero();

    mounted.closeForGood();
  }
}
