package dev.lockstep.simulator.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * 128 bits that stand for content when states are compared. Not cryptographic: the states are ours,
 * and among a billion of them two differing ones share a fingerprint with odds below 10^-20.
 *
 * <p>Fingerprints add up, so that a disk's is kept up to date sector by sector.
 */
public record Fingerprint(long high, long low) {

  public static final Fingerprint NOTHING = new Fingerprint(0, 0);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final long OTHER = 0xD6E8FEB86659FD93L;

  public static Fingerprint of(byte[] bytes) {
    long high = bytes.length;
    long low = ~bytes.length;
    int at = 0;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      long word = (long) LONGS.get(bytes, at);
      high = mix(high ^ word, GOLDEN);
      low = mix(low + word, OTHER);
    }
    for (; at < bytes.length; at++) {
      high = mix(high ^ bytes[at], GOLDEN);
      low = mix(low + bytes[at], OTHER);
    }
    return new Fingerprint(mix(high, OTHER), mix(low, GOLDEN));
  }

  public static Fingerprint of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Fingerprint of(long number) {
    return new Fingerprint(mix(number + GOLDEN, OTHER), mix(number ^ OTHER, GOLDEN));
  }

  /** The same content at another place is other content. */
  public Fingerprint at(long place) {
    long placed = mix(place + 1, GOLDEN);
    return new Fingerprint(mix(high ^ placed, OTHER), mix(low + placed, GOLDEN));
  }

  public Fingerprint plus(Fingerprint other) {
    return new Fingerprint(high + other.high, low + other.low);
  }

  public Fingerprint minus(Fingerprint other) {
    return new Fingerprint(high - other.high, low - other.low);
  }

  /** In the order given: not the same as the other way round. */
  public Fingerprint then(Fingerprint next) {
    return new Fingerprint(
        mix(high ^ Long.rotateLeft(next.high, 17), GOLDEN), mix(low + 3 * next.low, OTHER));
  }

  private static long mix(long value, long factor) {
    long product = value * factor;
    return ((product ^ (product >>> 29)) * OTHER) ^ (product >>> 32);
  }
}
