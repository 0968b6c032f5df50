package dev.lockstep.journal.scan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads one generation's file whole; what the medium does not give back becomes a finding, not an
 * exception.
 */
final class GenerationReader {
  private static final int CHUNK_BYTES = 64 * 1024;

  /** What is read one by one where a chunk fails, so that one bad sector hides little. */
  private static final int BLOCK_BYTES = 4096;

  private GenerationReader() {}

  static GenerationBytes read(Path file, int generation, List<Finding> findings) {
    try (MediumChannel medium = MediumChannel.open(file)) {
      long size = medium.sizeBytes();
      byte[] bytes = new byte[(int) Math.min(size, GenerationLayout.FILE_BYTES)];
      for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
        chunk(medium, bytes, at, generation, findings);
      }
      return new GenerationBytes(generation, bytes, size);
    } catch (IOException failed) {
      findings.add(unreadable(generation, 0, failed));
      return new GenerationBytes(generation, new byte[0], 0);
    }
  }

  private static void chunk(
      MediumChannel medium, byte[] bytes, int at, int generation, List<Finding> findings) {
    try {
      copy(medium, bytes, at, CHUNK_BYTES);
    } catch (IOException somewhereInIt) {
      for (int block = at; block < Math.min(at + CHUNK_BYTES, bytes.length); block += BLOCK_BYTES) {
        try {
          copy(medium, bytes, block, BLOCK_BYTES);
        } catch (IOException failed) {
          findings.add(unreadable(generation, block, failed));
        }
      }
    }
  }

  private static void copy(MediumChannel medium, byte[] bytes, int at, int atMost)
      throws IOException {
    int wanted = Math.min(atMost, bytes.length - at);
    byte[] read = medium.read(at, wanted);
    System.arraycopy(read, 0, bytes, at, read.length);
    if (read.length < wanted) {
      throw new IOException("the file ends at byte " + (at + read.length));
    }
  }

  private static Finding unreadable(int generation, int byteOffset, IOException failed) {
    return new Finding.Unreadable(generation, byteOffset, String.valueOf(failed.getMessage()));
  }
}
