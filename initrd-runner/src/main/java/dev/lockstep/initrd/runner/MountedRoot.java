package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.statemachine.luks.VolumeState;
import java.io.IOException;

/**
 * The plain root, mounted for as long as something is done in it.
 *
 * @param looksOnly it is mounted as it lies, not even its log replayed
 */
record MountedRoot(PartitionBytes partition, Scratch scratch, boolean looksOnly) {

  /** What is done. */
  interface Use<T> {
    T with(MountedPartition root) throws IOException;
  }

  /** By its first bytes: a head that may be torn can pass for a filesystem. */
  boolean isInTheClear() throws IOException {
    return new HeaderLook(partition).look() instanceof VolumeState.Plain;
  }

  /** Returns when everything that was written is on the medium, and nothing holds the root. */
  <T> T with(Use<T> use) throws IOException {
    if (!(new HeaderLook(partition).look() instanceof VolumeState.Plain plain)) {
      throw new IOException("the root partition is not in the clear any more");
    }
    return looksOnly ? look(plain.filesystem(), use) : change(plain.filesystem(), use);
  }

  private <T> T look(String filesystem, Use<T> use) throws IOException {
    try (MountedPartition root =
        MountedPartition.look(
            partition.disk().path(),
            partition.offsetBytes(),
            partition.sizeBytes(),
            filesystem,
            scratch.folder("root"))) {
      return use.with(root);
    }
  }

  private <T> T change(String filesystem, Use<T> use) throws IOException {
    MountedPartition root =
        MountedPartition.mount(
            partition.disk().path(),
            partition.offsetBytes(),
            partition.sizeBytes(),
            filesystem,
            scratch.folder("root"));
    T result;
    try {
      result = use.with(root);
      Directories.syncfs(root.path());
    } finally {
      root.closeForGood(); // before anything is placed where its superblock is
    }
    partition.flush();
    return result;
  }
}
