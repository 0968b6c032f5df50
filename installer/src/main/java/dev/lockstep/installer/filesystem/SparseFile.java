package dev.lockstep.installer.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that are made large without being written. */
final class SparseFile {
  private SparseFile() {}

  /** An empty file of this size, in the place of any that was there. */
  static void create(Path path, long sizeBytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      file.write(ByteBuffer.allocate(1), sizeBytes - 1);
    }
  }
}
