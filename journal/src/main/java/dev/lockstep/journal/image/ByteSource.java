package dev.lockstep.journal.image;

import java.io.IOException;

/** Bytes that can be read anywhere: a disk image, or a partition in it. */
public interface ByteSource {
  long sizeBytes();

  /**
   * Exactly {@code length} bytes.
   *
   * @throws IOException if they are not all there
   */
  byte[] read(long offset, int length) throws IOException;

  /** A part of this source. */
  default ByteSource slice(long start, long sizeBytes) {
    ByteSource whole = this;
    return new ByteSource() {
      @Override
      public long sizeBytes() {
        return sizeBytes;
      }

      @Override
      public byte[] read(long offset, int length) throws IOException {
        checkRange(offset, length, sizeBytes);
        return whole.read(start + offset, length);
      }
    };
  }

  /** Refuses what lies outside, written so that no sum can overflow. */
  static void checkRange(long offset, int length, long sizeBytes) throws IOException {
    if (offset < 0 || length < 0 || length > sizeBytes || offset > sizeBytes - length) {
      throw new IOException(
          "%d bytes at %d lie outside the %d there are".formatted(length, offset, sizeBytes));
    }
  }
}
