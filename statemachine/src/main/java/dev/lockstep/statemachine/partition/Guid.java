package dev.lockstep.statemachine.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * A GUID on disk: the first three fields little endian, the rest as written (UEFI specification,
 * appendix A).
 *
 * <pre>
 *  c12a7328-f81f-11d2-ba4b-00a0c93ec93b   is stored as
 *  28 73 2a c1 | 1f f8 | d2 11 | ba 4b | 00 a0 c9 3e c9 3b
 * </pre>
 */
public final class Guid {
  /** Size on disk. */
  public static final int BYTES = 16;

  private Guid() {}

  /** A random (version 4) UUID from a source that tests can fix. */
  public static UUID random(RandomGenerator random) {
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | Long.MIN_VALUE;
    return new UUID(high, low);
  }

  static void put(ByteBuffer littleEndian, int at, UUID guid) {
    long high = guid.getMostSignificantBits();
    littleEndian.putInt(at, (int) (high >>> 32));
    littleEndian.putShort(at + 4, (short) (high >>> 16));
    littleEndian.putShort(at + 6, (short) high);
    littleEndian.putLong(at + 8, Long.reverseBytes(guid.getLeastSignificantBits()));
  }

  static UUID get(ByteBuffer littleEndian, int at) {
    if (littleEndian.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalArgumentException("a GPT is little endian");
    }
    long high =
        Integer.toUnsignedLong(littleEndian.getInt(at)) << 32
            | Short.toUnsignedLong(littleEndian.getShort(at + 4)) << 16
            | Short.toUnsignedLong(littleEndian.getShort(at + 6));
    return new UUID(high, Long.reverseBytes(littleEndian.getLong(at + 8)));
  }
}
