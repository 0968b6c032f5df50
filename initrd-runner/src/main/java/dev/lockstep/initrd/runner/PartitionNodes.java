package dev.lockstep.initrd.runner;

import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel calls a partition in this boot, told from where it begins ({@code
 * /sys/class/block/DISK/PARTITION/start}, in sectors of 512 bytes).
 *
 * @param blockDevices sysfs's folder of them
 */
record PartitionNodes(Path blockDevices) {

  static final PartitionNodes OF_KERNEL = new PartitionNodes(Path.of("/sys/class/block"));

  private static final int SECTOR_BYTES = 512;

  /**
   * Its path under /dev; none where the disk is an image, or the kernel has no partitions of it.
   */
  Option<String> path(Path disk, long offsetBytes) throws IOException {
    Path known = blockDevices.resolve(disk.toRealPath().getFileName());
    if (!Files.isDirectory(known)) {
      return Option.none();
    }
    try (DirectoryStream<Path> children = Files.newDirectoryStream(known)) {
      for (Path child : children) {
        Path start = child.resolve("start");
        if (Files.isRegularFile(start)
            && Files.readString(start).strip().equals(String.valueOf(offsetBytes / SECTOR_BYTES))) {
          return Option.some("/dev/" + child.getFileName());
        }
      }
    }
    return Option.none();
  }
}
