package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Errno;
import dev.lockstep.initrd.syscall.ErrnoException;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** A partition mounted through a loop device that the kernel lets go by itself. */
final class MountedPartition implements AutoCloseable {

  private static final Set<Mounts.Flag> HARMLESS =
      Set.of(Mounts.Flag.NO_SET_USER_ID, Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE);

  private final Path mountPoint;
  private final String filesystem;
  private boolean writable;

  private MountedPartition(Path mountPoint, String filesystem) {
    this.mountPoint = mountPoint;
    this.filesystem = filesystem;
  }

  /** Read-only at first: a run that writes nothing of its own leaves not even a mount time. */
  static MountedPartition mount(
      Path disk, long offsetBytes, long sizeBytes, String filesystem, Path mountPoint)
      throws IOException {
    LoopDevice.Window window = new LoopDevice.Window(offsetBytes, sizeBytes);
    // The mount keeps the loop device; autoclear detaches it when the mount goes.
    try (LoopDevice loop = LoopDevice.attachDirect(disk, window)) {
      Mounts.mount(loop.path(), mountPoint, filesystem, and(Mounts.Flag.READ_ONLY), "");
    }
    return new MountedPartition(mountPoint, filesystem);
  }

  /** Before the first write. */
  MountedPartition makeWritable() throws IOException {
    if (!writable) {
      Mounts.mount(mountPoint, mountPoint, filesystem, and(Mounts.Flag.REMOUNT), "");
      writable = true;
    }
    return this;
  }

  private static Set<Mounts.Flag> and(Mounts.Flag flag) {
    Set<Mounts.Flag> flags = EnumSet.of(flag);
    flags.addAll(HARMLESS);
    return flags;
  }

  Path path() {
    return mountPoint;
  }

  /**
   * Unmounts. Where something of this process still has a file mapped, the mount leaves the tree
   * now and ends with the process; all that matters was flushed before.
   */
  @Override
  public void close() throws IOException {
    try {
      Mounts.unmount(mountPoint);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EBUSY) {
        throw e;
      }
      Mounts.unmountLazily(mountPoint);
    }
  }
}
