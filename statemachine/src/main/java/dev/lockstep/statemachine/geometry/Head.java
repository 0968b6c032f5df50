package dev.lockstep.statemachine.geometry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first bytes of a partition, read with bounds: what lies behind the end reads as absent, never
 * as an exception.
 */
final class Head {
  private final byte[] bytes;

  Head(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  boolean covers(int offset, int length) {
    return offset >= 0 && length >= 0 && (long) offset + length <= bytes.length;
  }

  boolean hasAt(int offset, String latin1) {
    byte[] wanted = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return covers(offset, wanted.length)
        && Arrays.equals(bytes, offset, offset + wanted.length, wanted, 0, wanted.length);
  }

  int littleU16(int offset) {
    return Short.toUnsignedInt(buffer(ByteOrder.LITTLE_ENDIAN).getShort(offset));
  }

  long littleU32(int offset) {
    return Integer.toUnsignedLong(buffer(ByteOrder.LITTLE_ENDIAN).getInt(offset));
  }

  /** A 64-bit number; what has its top bit set comes out negative, which every caller refuses. */
  long littleU64(int offset) {
    return buffer(ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }

  int bigU16(int offset) {
    return Short.toUnsignedInt(buffer(ByteOrder.BIG_ENDIAN).getShort(offset));
  }

  long bigU32(int offset) {
    return Integer.toUnsignedLong(buffer(ByteOrder.BIG_ENDIAN).getInt(offset));
  }

  long bigU64(int offset) {
    return buffer(ByteOrder.BIG_ENDIAN).getLong(offset);
  }

  UUID uuid(int offset) {
    ByteBuffer big = buffer(ByteOrder.BIG_ENDIAN);
    return new UUID(big.getLong(offset), big.getLong(offset + Long.BYTES));
  }

  /** CRC32C (Castagnoli) over a range in which the checksum field itself counts as zero. */
  long crc32c(int offset, int length, int checksumOffset, int checksumLength) {
    byte[] range = Arrays.copyOfRange(bytes, offset, offset + length);
    if (checksumLength > 0) {
      Arrays.fill(
          range, checksumOffset - offset, checksumOffset - offset + checksumLength, (byte) 0);
    }
    CRC32C crc = new CRC32C();
    crc.update(range);
    return crc.getValue();
  }

  private ByteBuffer buffer(ByteOrder order) {
    return ByteBuffer.wrap(bytes).order(order);
  }
}
