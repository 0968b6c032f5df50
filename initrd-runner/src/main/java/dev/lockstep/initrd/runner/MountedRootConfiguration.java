package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.RootConfiguration;
import java.io.IOException;
import java.util.UUID;

/** Writes into the plain root, mounted for as long as that takes. */
final class MountedRootConfiguration implements RootConfiguration {

  private final PartitionBytes partition;
  private final HeaderLook headerLook;
  private final Scratch scratch;
  private final Staging staging;

  /**
   * @param partition the root's, whichever volume it is that the root is to know of
   */
  MountedRootConfiguration(PartitionBytes partition, Scratch scratch, Staging staging) {
    this.staging = staging;
    this.partition = partition;
    this.headerLook = new HeaderLook(partition);
    this.scratch = scratch;
  }

  @Override
  public Digest stage(UUID luksUuid) throws IOException {
    return withRoot(root -> staging.putInto(root.makeWritable().path(), luksUuid));
  }

  @Override
  public void unstage() throws IOException {
    boolean _ =
        withRoot(
            root -> {
              boolean any = staging.isIn(root.path());
              if (any) { // a root that was never written to stays as it is, to the byte
                staging.removeFrom(root.makeWritable().path());
              }
              return any;
            });
  }

  private interface Use<T> {
    T with(MountedPartition root) throws IOException;
  }

  private <T> T withRoot(Use<T> use) throws IOException {
    if (!(headerLook.look() instanceof VolumeState.Plain plain)) {
      throw new IOException("the root partition is not in the clear any more");
    }
    MountedPartition root =
        MountedPartition.mount(
            partition.disk().path(),
            partition.offsetBytes(),
            partition.sizeBytes(),
            plain.filesystem(),
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
