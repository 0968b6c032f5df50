package dev.lockstep.initrd.boot;

import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Another disk with the very partition that this machine boots from: a copy, sector by sector, of
 * this disk or of its image. udev's link names one of the two, and not the same one in each boot;
 * the journal of one would go on with the other.
 */
record TwinDisk(Path devices, Path blocks) {

  static final TwinDisk OF_MACHINE = new TwinDisk(Path.of("/dev"), Path.of("/sys/class/block"));

  /** The other one, if there is one by now. */
  Option<Path> of(BootDisk disk) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(blocks)) {
      for (Path each : all) {
        Path device = devices.resolve(each.getFileName());
        if (!device.equals(disk.disk()) && isWhole(each) && has(device, disk.rootId())) {
          return Option.some(device);
        }
      }
    }
    return Option.none();
  }

  /** No partition, and no part of a RAID or of a path to a disk, which has its table as well. */
  private static boolean isWhole(Path block) throws IOException {
    Path holders = block.resolve("holders");
    if (Files.exists(block.resolve("partition"))) {
      return false;
    }
    if (!Files.isDirectory(holders)) {
      return true;
    }
    try (DirectoryStream<Path> held = Files.newDirectoryStream(holders)) {
      return !held.iterator().hasNext();
    }
  }

  /** False where there is no medium, or no partition table of ours. */
  private static boolean has(Path device, UUID partition) {
    try (BlockDeviceFile open = BlockDeviceFile.open(device, BlockDeviceFile.Access.READ_ONLY)) {
      return DiskPartitions.read(open)
          .exists(
              found ->
                  found.all().stream()
                      .anyMatch(each -> each.place().partitionUuid().equals(partition)));
    } catch (IOException unreadable) {
      return false;
    }
  }
}
