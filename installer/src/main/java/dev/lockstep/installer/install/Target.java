package dev.lockstep.installer.install;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.DeviceBusyException;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk to be installed to: there, free, and empty or given up. */
final class Target {

  private static final int LOOKED_AT_BYTES = 1 << 20;
  private static final int SECTOR_BYTES = 512;

  private Target() {}

  /** Checks, then makes an image file where one was asked for; an objection left all as it was. */
  static Option<Refusal> prepare(InstallRequest request, WorkFolder work) throws IOException {
    Path disk = request.disk();
    if (!Files.exists(disk)) {
      return create(request);
    }
    Option<Refusal> busy = inUse(disk);
    if (busy.isDefined()) {
      return busy;
    }
    // A device of this name may be another disk by now: that one is never taken for granted.
    boolean goesOn = work.isThere() && Files.isRegularFile(disk);
    if (!request.wipe() && !goesOn && !isBlank(disk)) {
      return refuse(
          "NOT_EMPTY",
          disk
              + " is not empty; everything on it would be destroyed. Add --wipe if that is meant.");
    }
    if (request.createBytes().isDefined() && Files.size(disk) != request.createBytes().get()) {
      if (!request.wipe() || !Files.isRegularFile(disk)) {
        return refuse(
            "OTHER_SIZE",
            "%s has %d bytes, not the %d of --size; leave --size away or remove the file."
                .formatted(disk, Files.size(disk), request.createBytes().get()));
      }
      Files.delete(disk);
      return create(request);
    }
    return Option.none();
  }

  static Option<Long> sizeBytes(InstallRequest request) throws IOException {
    boolean madeAnew = request.wipe() && request.createBytes().isDefined();
    if (!Files.exists(request.disk()) || (madeAnew && Files.isRegularFile(request.disk()))) {
      return request.createBytes();
    }
    try (BlockDeviceFile file = BlockDeviceFile.open(request.disk(), Access.READ_ONLY)) {
      return Option.some(file.sizeBytes());
    }
  }

  static Refusal absent(Path disk) {
    return Refusal.preflight(
        "NO_DISK",
        "There is no disk or image file "
            + disk
            + "; check the path, or add --size to make an image file.");
  }

  private static Option<Refusal> create(InstallRequest request) throws IOException {
    if (request.createBytes().isEmpty()) {
      return Option.some(absent(request.disk()));
    }
    Path folder = request.disk().toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return refuse("NO_FOLDER", "There is no folder for " + request.disk() + "; make it first.");
    }
    try (RandomAccessFile file = new RandomAccessFile(request.disk().toFile(), "rw")) {
      file.setLength(request.createBytes().get());
    }
    return Option.none();
  }

  private static Option<Refusal> inUse(Path disk) throws IOException {
    if (Files.isRegularFile(disk)) {
      for (AttachedLoop loop : AttachedLoop.on(disk)) {
        return refuse(
            "IN_USE", disk + " is in use through " + loop.device() + "; detach that first.");
      }
    }
    try (BlockDeviceFile device = BlockDeviceFile.open(disk, Access.EXCLUSIVE)) {
      return device.logicalSectorBytes() == SECTOR_BYTES
          ? Option.none()
          : refuse(
              "SECTOR_SIZE",
              disk
                  + " has sectors of "
                  + device.logicalSectorBytes()
                  + " bytes; only 512 work yet.");
    } catch (DeviceBusyException busy) {
      return refuse("IN_USE", disk + " is mounted or mapped; unmount it first.");
    }
  }

  private static boolean isBlank(Path disk) throws IOException {
    try (BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY)) {
      ByteBuffer head = ByteBuffer.allocate((int) Math.min(LOOKED_AT_BYTES, file.sizeBytes()));
      file.readFully(0, head);
      head.flip();
      while (head.hasRemaining()) {
        if (head.get() != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private static Option<Refusal> refuse(String code, String sentence) {
    return Option.some(Refusal.preflight(code, sentence));
  }
}
