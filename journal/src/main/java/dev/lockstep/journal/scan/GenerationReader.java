package dev.lockstep.journal.scan;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads one generation's file; what the medium does not give back becomes a finding, not an
 * exception.
 */
record GenerationReader(Path file, int generation, MediumBuffer buffer) implements GenerationFile {
  /** What is read at once: all; where that fails parts, so that one bad sector hides little. */
  private static final int[] PIECES_BYTES = {GenerationLayout.FILE_BYTES, 64 * 1024, 4096};

  @Override
  public GenerationBytes read(int atMostBytes, Consumer<Finding> trouble) {
    try (MediumChannel medium = MediumChannel.open(file, buffer)) {
      long size = medium.sizeBytes();
      byte[] bytes = new byte[(int) Math.min(size, atMostBytes)];
      read(medium, bytes, 0, 0, trouble);
      return new GenerationBytes(generation, bytes, size);
    } catch (IOException failed) {
      trouble.accept(unreadable(0, failed));
      return new GenerationBytes(generation, new byte[0], 0);
    }
  }

  /** One piece; where it can't be read whole, the smaller ones that it is made of. */
  private void read(
      MediumChannel medium, byte[] bytes, int at, int size, Consumer<Finding> trouble) {
    int wanted = Math.min(PIECES_BYTES[size], bytes.length - at);
    try {
      int available = medium.read(at, bytes, at, wanted);
      if (available < wanted) {
        throw new IOException("the file ends at byte " + (at + available));
      }
    } catch (IOException failed) {
      if (size == PIECES_BYTES.length - 1) {
        trouble.accept(unreadable(at, failed));
        return;
      }
      for (int piece = at; piece < at + wanted; piece += PIECES_BYTES[size + 1]) {
        read(medium, bytes, piece, size + 1, trouble);
      }
    }
  }

  private Finding unreadable(int byteOffset, IOException failed) {
    return new Finding.Unreadable(generation, byteOffset, String.valueOf(failed.getMessage()));
  }
}
