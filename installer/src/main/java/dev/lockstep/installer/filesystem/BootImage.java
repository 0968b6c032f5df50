package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.statemachine.geometry.Ext4Geometry;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The filesystems outside the volume that is going to be encrypted: the boot partition (kernel,
 * initrd, entries, journal) and the ESP. Both are made in one go from a list of files.
 */
public final class BootImage {
  /** What the boot partition is formatted as. */
  public enum Type {
    /** The journal can be written wherever Linux runs, and the filesystem has one of its own. */
    EXT4("ext4"),
    /** What firmware and systemd-boot read by themselves. */
    VFAT("vfat");

    private final String mountType;

    Type(String mountType) {
      this.mountType = mountType;
    }

    /** As mount(8) calls it. */
    public String mountType() {
      return mountType;
    }
  }

  public static final String BOOT_LABEL = "boot";

  private static final long BYTES_PER_INODE = 64 * 1024;
  private static final long OVERHEAD_BYTES = 24 * DiskLayout.MIB;

  private BootImage() {}

  /**
   * What a boot partition must have.
   *
   * @param contentBytes of kernel, initrd and all that is installed or will be written there
   */
  public static long neededBytes(long contentBytes) {
    return contentBytes + contentBytes / 20 + OVERHEAD_BYTES;
  }

  /**
   * Makes the boot partition's filesystem and brings it to the disk; the same arguments give the
   * same bytes.
   */
  public static Either<String, Placement> installBoot(
      List<FileToInstall> files,
      Type type,
      DiskLayout layout,
      DiskIds ids,
      Medium medium,
      Tools tools)
      throws IOException {
    Path image = tools.workDirectory().resolve("boot.img");
    try {
      Either<String, Path> made =
          switch (type) {
            case EXT4 -> makeExt4(files, layout.boot().sizeBytes(), ids, image, tools);
            case VFAT ->
                new VfatImage(layout.boot(), layout.sectorBytes(), "BOOT", volumeId(ids))
                    .make(tools, image, files);
          };
      return made.isLeft()
          ? Either.left(made.getLeft())
          : Either.right(Placement.place(image, medium, layout.boot()));
    } finally {
      Files.deleteIfExists(image);
    }
  }

  /** Makes the ESP and brings it to the disk. */
  public static Either<String, Placement> installEsp(
      List<FileToInstall> files, DiskLayout layout, DiskIds ids, Medium medium, Tools tools)
      throws IOException {
    Path image = tools.workDirectory().resolve("esp.img");
    Extent extent = layout.esp();
    try {
      Either<String, Path> made =
          new VfatImage(extent, layout.sectorBytes(), "ESP", ids.espVolume())
              .make(tools, image, files);
      return made.isLeft()
          ? Either.left(made.getLeft())
          : Either.right(Placement.place(image, medium, extent));
    } finally {
      Files.deleteIfExists(image);
    }
  }

  private static Either<String, Path> makeExt4(
      List<FileToInstall> files, long sizeBytes, DiskIds ids, Path image, Tools tools)
      throws IOException {
    Ext4Image ext4 =
        new Ext4Image(
            sizeBytes,
            sizeBytes,
            Math.max(1024, sizeBytes / BYTES_PER_INODE),
            BOOT_LABEL,
            ids.bootFilesystem(),
            ids.hashSeed());
    Ext4Edits edits = new Ext4Edits(tools);
    VfatImage.directories(files).forEach(directory -> edits.makeDirectory(directory, 0755));
    for (FileToInstall file : files) {
      edits.write(file);
    }
    Either<String, Ext4Geometry> made = ext4.make(tools, image, Option.none());
    if (made.isLeft()) {
      return Either.left(made.getLeft());
    }
    Either<String, Tools.Output> checked = edits.apply(image);
    return checked.isLeft() ? Either.left(checked.getLeft()) : compareExt4(files, image, tools);
  }

  private static Either<String, Path> compareExt4(
      List<FileToInstall> files, Path image, Tools tools) throws IOException {
    Path copy = tools.workDirectory().resolve("ext4-read-back");
    try {
      for (FileToInstall file : files) {
        Files.deleteIfExists(copy);
        Either<String, Tools.Output> read =
            tools.run(
                List.of(
                    "debugfs",
                    "-R",
                    "dump \"" + file.path() + "\" \"" + copy + "\"",
                    image.toString()));
        if (read.isLeft()) {
          return Either.left(read.getLeft());
        }
        if (!Files.exists(copy) || Files.mismatch(copy, file.content()) >= 0) {
          return Either.left(
              "%s came out of the new filesystem other than it went in".formatted(file.path()));
        }
      }
      return Either.right(image);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /**
   * The volume id of a vfat boot partition: the first eight digits of the UUID that an ext4 one
   * would have.
   */
  public static int volumeId(DiskIds ids) {
    return (int) (ids.bootFilesystem().getMostSignificantBits() >>> 32);
  }
}
