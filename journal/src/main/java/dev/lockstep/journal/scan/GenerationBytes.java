package dev.lockstep.journal.scan;

import java.util.Arrays;

/**
 * A generation's file as it was read, from a directory or out of a disk image.
 *
 * @param bytes at most {@link GenerationLayout#FILE_BYTES}, owned by this object from now on
 * @param fileSizeBytes the size of the file, which may be more than was read
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by nobody; copying 640 KiB for form's sake helps nobody
public record GenerationBytes(int generation, byte[] bytes, long fileSizeBytes) {

  /** Whether every byte from {@code offset} on is zero. */
  boolean isZeroFrom(int offset) {
    // All are equal to the one behind them: a comparison that the machine does many bytes at a
    // time.
    return offset >= bytes.length
        || (bytes[offset] == 0
            && Arrays.mismatch(bytes, offset, bytes.length - 1, bytes, offset + 1, bytes.length)
                < 0);
  }

  /** The little-endian number at {@code offset}, 0 past the end. */
  int littleEndianInt(int offset) {
    return offset + Integer.BYTES > bytes.length
        ? 0
        : (bytes[offset] & 0xff)
            | (bytes[offset + 1] & 0xff) << 8
            | (bytes[offset + 2] & 0xff) << 16
            | (bytes[offset + 3] & 0xff) << 24;
  }
}
