package dev.lockstep.installer.filesystem;

import io.vavr.control.Either;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * An empty btrfs in a file: one copy of the data, two of all bookkeeping, as mkfs.btrfs chooses.
 * Its own {@code --rootdir} is not used: before 6.12 it loses hard links, and it can leave nothing
 * out.
 *
 * @param sizeBytes whole blocks
 */
record BtrfsMaker(long sizeBytes, String label, UUID uuid) {

  /** Makes the filesystem; what was in the file before is gone. */
  Either<String, Tools.Output> make(Tools tools, Path image) throws IOException {
    SparseFile.create(image, sizeBytes);
    return tools.run(
        List.of(
            "mkfs.btrfs",
            "-q",
            "-f",
            "-K",
            "-s",
            String.valueOf(RootFilesystem.BLOCK_BYTES),
            "-d",
            "single",
            "-m",
            "dup",
            "-U",
            uuid.toString(),
            "-L",
            label,
            image.toString()));
  }

  /** Checks everything, changing nothing. */
  static Either<String, Tools.Output> check(Tools tools, Path image) throws IOException {
    return tools.run(List.of("btrfs", "check", "--readonly", image.toString()));
  }
}
