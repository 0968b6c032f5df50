package dev.lockstep.simulator.disk;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What someone with the raw bytes of a disk in hand can recognise in them, deleted files included.
 *
 * <p>The models give random things small numbers instead: the header with number 3, the conversion
 * key with number 0. Whatever rests on one of them carries its mark, so that a "random" choice can
 * always be one that is nowhere on the media. Secrets in the clear carry a mark of their own.
 *
 * @param headers a bit for each numbered header that is mentioned
 * @param keys a bit for each numbered conversion key that is mentioned
 * @param secret whether a key lies there in the clear
 */
public record Marks(long headers, long keys, boolean secret) {

  public static final Marks NONE = new Marks(0, 0, false);

  /** Numbers go from 0 up to here. */
  public static final int MOST = 63;

  /** Long enough that no digest or ciphertext has it by chance. */
  public static final String PREFIX = "\u001BMARK";

  private static final byte[] PREFIX_BYTES = PREFIX.getBytes(StandardCharsets.US_ASCII);
  private static final char FIRST = '0';

  public static String header(int number) {
    return PREFIX + "H" + (char) (FIRST + number);
  }

  public static String key(int number) {
    return PREFIX + "K" + (char) (FIRST + number);
  }

  /** The bytes of a key that must never lie on a medium; for {@code kind}, say "recovery". */
  public static byte[] secret(String kind, int number) {
    return (PREFIX + "!" + kind + "-" + number + "-correct-horse-battery-staple")
        .getBytes(StandardCharsets.US_ASCII);
  }

  static Marks in(byte[] bytes) {
    long headers = 0;
    long keys = 0;
    boolean secret = false;
    int last = bytes.length - PREFIX_BYTES.length - 2;
    for (int at = 0; at <= last; at++) {
      if (bytes[at] != PREFIX_BYTES[0] || !isPrefixAt(bytes, at)) {
        continue;
      }
      int kind = at + PREFIX_BYTES.length;
      long bit = 1L << Math.clamp(bytes[kind + 1] - FIRST, 0, MOST);
      switch (bytes[kind]) {
        case 'H' -> headers |= bit;
        case 'K' -> keys |= bit;
        case '!' -> secret = true;
        default -> {}
      }
    }
    return headers == 0 && keys == 0 && !secret ? NONE : new Marks(headers, keys, secret);
  }

  private static boolean isPrefixAt(byte[] bytes, int at) {
    return Arrays.equals(bytes, at, at + PREFIX_BYTES.length, PREFIX_BYTES, 0, PREFIX_BYTES.length);
  }

  public Marks and(Marks other) {
    return new Marks(headers | other.headers, keys | other.keys, secret || other.secret);
  }
}
