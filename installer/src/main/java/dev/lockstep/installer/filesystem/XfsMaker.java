package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.DiskLayout;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * An empty XFS in a file.
 *
 * @param sizeBytes whole blocks
 * @param grows whether it is to grow one day: then it has no more than two allocation groups, since
 *     growth adds groups of the same size, and thousands of them make it slow
 */
record XfsMaker(long sizeBytes, boolean grows, String label, UUID uuid) {
  /** mkfs.xfs since 5.19 makes none smaller. */
  static final long MIN_BYTES = 300 * DiskLayout.MIB;

  static final long LOG_BYTES = 64 * DiskLayout.MIB;
  static final int INODE_BYTES = 512;

  /** With two groups at first there are at most 512 afterwards. */
  static final int MAX_GROWTH = 256;

  /** Makes the filesystem; what was in the file before is gone. */
  Either<String, Tools.Output> make(Tools tools, Path image) throws IOException {
    SparseFile.create(image, sizeBytes);
    return tools.run(
        List.of(
            "mkfs.xfs",
            "-q",
            "-f",
            "-K",
            "-b",
            "size=" + RootFilesystem.BLOCK_BYTES,
            // Superblock, group headers and log in blocks, too: else 512-byte transfers.
            "-s",
            "size=" + RootFilesystem.BLOCK_BYTES,
            "-i",
            "size=" + INODE_BYTES,
            "-d",
            grows ? "agcount=2" : "agcount=4",
            "-l",
            "size=" + LOG_BYTES,
            "-m",
            "uuid=" + uuid,
            "-L",
            label,
            image.toString()));
  }

  /** Checks everything, changing nothing. */
  static Either<String, Tools.Output> check(Tools tools, Path image) throws IOException {
    return tools.run(List.of("xfs_repair", "-n", "-f", image.toString()));
  }
}
