package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.DeviceBusyException;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.WholeFileLock;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A disk or image file, opened for one run alone. */
public final class Disk implements AutoCloseable {

  /** A process that was killed a moment ago may still hold a loop device that the kernel clears. */
  private static final int PATIENCE_MILLIS = 5000;

  private final BlockDeviceFile file;
  private final WholeFileLock locked;
  private final DiskPartitions partitions;

  private Disk(BlockDeviceFile file, WholeFileLock locked, DiskPartitions partitions) {
    this.file = file;
    this.locked = locked;
    this.partitions = partitions;
  }

  /** On the left why it can't be used; nothing was written. */
  public static Either<Refusal, Disk> open(Path path) throws IOException {
    if (!Files.exists(path)) {
      return refuse("NO_DISK", "There is no disk or image file " + path + "; check the path.");
    }
    Path real = path.toRealPath();
    WholeFileLock locked = WholeFileLock.on(real);
    // Even to look: mounting the boot partition beside a run would replay its journal under it.
    if (!lock(locked)) {
      locked.close();
      return refuse("IN_USE", path + " is being worked on by another run of Lockstep; let it end.");
    }
    OpenedVolumeGrowth.closeLeftOpen(real);
    if (!freeOfLoops(real)) {
      locked.close();
      return refuse(
          "IN_USE",
          path + " is in use through a loop device; unmount and detach it (losetup -j) first.");
    }
    BlockDeviceFile file;
    try {
      file = BlockDeviceFile.open(real, Access.EXCLUSIVE);
    } catch (DeviceBusyException busy) {
      locked.close();
      return refuse("IN_USE", path + " is mounted or mapped; unmount it, then run this again.");
    }
    Either<String, DiskPartitions> partitions = DiskPartitions.read(file);
    if (partitions.isLeft()) {
      file.close();
      locked.close();
      return refuse(
          "NOT_INSTALLED",
          "%s was not made by `lockstep install`: %s.".formatted(path, partitions.getLeft()));
    }
    return Either.right(new Disk(file, locked, partitions.get()));
  }

  private static boolean lock(WholeFileLock lock) throws IOException {
    for (int waited = 0; waited < PATIENCE_MILLIS; waited += 100) {
      if (lock.tryLock()) {
        return true;
      }
      pause();
    }
    return false;
  }

  /** Loop devices of a killed run go by themselves; what stays is somebody's, or is cleared. */
  private static boolean freeOfLoops(Path real) throws IOException {
    for (int waited = 0; waited < PATIENCE_MILLIS; waited += 100) {
      List<AttachedLoop> loops = AttachedLoop.on(real);
      if (loops.isEmpty()) {
        return true;
      }
      if (loops.stream().anyMatch(loop -> !loop.autoclear())) {
        return false; // never ours: somebody attached it by hand
      }
      for (AttachedLoop loop : loops) {
        if (isFree(loop)) {
          LoopDevice.detach(loop.device());
        }
      }
      pause();
    }
    return AttachedLoop.on(real).isEmpty();
  }

  private static boolean isFree(AttachedLoop loop) throws IOException {
    try (BlockDeviceFile _ = BlockDeviceFile.open(loop.device(), Access.EXCLUSIVE)) {
      return true;
    } catch (IOException inUseOrGone) {
      return false;
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static <T> Either<Refusal, T> refuse(String code, String sentence) {
    return Either.left(Refusal.preflight(code, sentence));
  }

  public DiskPartitions partitions() {
    return partitions;
  }

  public Path path() {
    return file.path();
  }

  public PartitionBytes root() {
    return bytesOf(partitions.root());
  }

  /** The boot partition's filesystem, as mount(8) calls it. */
  String bootFilesystem() throws IOException {
    PartitionBytes boot = bytesOf(partitions.boot());
    byte[] head = new byte[(int) Math.min(FilesystemGeometry.HEAD_BYTES, boot.sizeBytes())];
    boot.readFully(0, ByteBuffer.wrap(head));
    return FilesystemGeometry.read(head) instanceof FilesystemGeometry.Known known
        ? known.type()
        : "vfat";
  }

  PartitionBytes bytesOf(DiskPartitions.Place place) {
    return new PartitionBytes(file, place.offsetBytes(), place.sizeBytes());
  }

  @Override
  public void close() throws IOException {
    file.close();
    locked.close();
  }
}
