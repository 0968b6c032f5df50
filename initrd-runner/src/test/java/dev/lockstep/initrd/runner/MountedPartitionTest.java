package dev.lockstep.initrd.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.Mounts;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedPartitionTest {

  private static final long SIZE_BYTES = 16 << 20;

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
