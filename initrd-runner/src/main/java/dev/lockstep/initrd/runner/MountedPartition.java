package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.Errno;
import dev.lockstep.initrd.syscall.ErrnoException;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** A partition mounted through a loop device that the kernel lets go by itself. */
final class MountedPartition implements AutoCloseable {

  private static final Set<Mounts.Flag> HARMLESS =
      Set.of(Mounts.Flag.NO_SET_USER_ID, Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE);

  /** How long somebody else may keep a filesystem that we have unmounted. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final AttachedLoop attached;
  private final Path mountPoint;
  private final String filesystem;
  private boolean writable;

  private MountedPartition(AttachedLoop attached, Path mountPoint, String filesystem) {
    this.attached = attached;
    this.mountPoint = mountPoint;
    this.filesystem = filesystem;
  }

  /** Read-only at first: a run that writes nothing of its own leaves not even a mount time. */
  static MountedPartition mount(
      Path disk, long offsetBytes, long sizeBytes, String filesystem, Path mountPoint)
      throws IOException {
    return mount(
        disk,
        new LoopDevice.Window(offsetBytes, sizeBytes),
        filesystem,
        mountPoint,
        Mounts.besideItsLike(filesystem));
  }

  /**
   * Never writable, and nothing is written by the kernel either: what is in its log stays there.
   */
  static MountedPartition look(
      Path disk, long offsetBytes, long sizeBytes, String filesystem, Path mountPoint)
      throws IOException {
    return mount(
        disk,
        new LoopDevice.Window(offsetBytes, sizeBytes),
        filesystem,
        mountPoint,
        Mounts.asItLies(filesystem));
  }

  private static MountedPartition mount(
      Path disk, LoopDevice.Window window, String filesystem, Path mountPoint, String options)
      throws IOException {
    // The mount keeps the loop device; autoclear detaches it when the mount goes.
    try (LoopDevice loop = LoopDevice.attachDirect(disk, window)) {
      Mounts.mount(loop.path(), mountPoint, filesystem, and(Mounts.Flag.READ_ONLY), options);
      AttachedLoop attached = new AttachedLoop(loop.path(), disk.toRealPath(), window, true);
      return new MountedPartition(attached, mountPoint, filesystem);
    }
  }

  /** Before the first write. */
  MountedPartition makeWritable() throws IOException {
    if (!writable) {
      Mounts.mount(
          mountPoint,
          mountPoint,
          filesystem,
          and(Mounts.Flag.REMOUNT),
          Mounts.besideItsLike(filesystem));
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
   * Unmounts, and returns when the kernel has let go of the filesystem altogether. A mount
   * namespace that somebody made meanwhile would keep it alive, and its superblock would be written
   * once more when that ends: over the LUKS2 header that is there by then.
   *
   * @throws IOException somebody still has it after 15 seconds: nothing may be written over it
   */
  void closeForGood() throws IOException {
    Mounts.unmount(mountPoint);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (AttachedLoop.all().contains(attached)) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "another process still holds the filesystem of "
                + attached.backingFile()
                + " in a mount namespace of its own; end it, then run this again");
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(20);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
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
