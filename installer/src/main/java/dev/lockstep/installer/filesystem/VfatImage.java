package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.Extent;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Makes a FAT32 filesystem in a file with mkfs.vfat and mtools: neither mount nor root, nor a
 * kernel that knows vfat.
 *
 * @param extent where it will lie on the disk: the boot sector names its first sector
 * @param sectorBytes of the disk
 * @param label at most 11 characters, upper case
 * @param volumeId the serial number
 */
record VfatImage(Extent extent, int sectorBytes, String label, int volumeId) {
  /** Makes the filesystem, puts the files in, takes each out again and compares. */
  Either<String, Path> make(Tools tools, Path image, List<FileToInstall> files) throws IOException {
    SparseFile.create(image, extent.sizeBytes());
    List<List<String>> commands = new ArrayList<>();
    commands.add(
        List.of(
            "mkfs.vfat",
            "-F",
            "32",
            "--invariant",
            "-i",
            "%08x".formatted(volumeId),
            "-n",
            label,
            "-S",
            String.valueOf(sectorBytes),
            "-s",
            "1",
            "-h",
            String.valueOf(extent.offsetBytes() / sectorBytes),
            image.toString()));
    directories(files)
        .forEach(
            directory -> commands.add(List.of("mmd", "-i", image.toString(), "::" + directory)));
    files.forEach(
        file ->
            commands.add(
                List.of(
                    "mcopy",
                    "-o",
                    "-i",
                    image.toString(),
                    file.content().toString(),
                    "::" + file.path())));
    commands.add(List.of("fsck.vfat", "-n", image.toString()));
    for (List<String> command : commands) {
      Either<String, Tools.Output> done = tools.run(command);
      if (done.isLeft()) {
        return Either.left(done.getLeft());
      }
    }
    return compare(tools, image, files);
  }

  /** Every directory that the files need, parents before children. */
  static SortedSet<String> directories(List<FileToInstall> files) {
    TreeSet<String> directories = new TreeSet<>();
    for (FileToInstall file : files) {
      for (int slash = file.path().lastIndexOf('/');
          slash > 0;
          slash = file.path().lastIndexOf('/', slash - 1)) {
        directories.add(file.path().substring(0, slash));
      }
    }
    return directories;
  }

  private static Either<String, Path> compare(Tools tools, Path image, List<FileToInstall> files)
      throws IOException {
    Path copy = tools.workDirectory().resolve("vfat-read-back");
    try {
      for (FileToInstall file : files) {
        Either<String, Tools.Output> read =
            tools.run(
                List.of(
                    "mcopy",
                    "-n",
                    "-o",
                    "-i",
                    image.toString(),
                    "::" + file.path(),
                    copy.toString()));
        if (read.isLeft()) {
          return Either.left(read.getLeft());
        }
        if (Files.mismatch(copy, file.content()) >= 0) {
          return Either.left(
              "%s came out of the new filesystem other than it went in".formatted(file.path()));
        }
      }
      return Either.right(image);
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
