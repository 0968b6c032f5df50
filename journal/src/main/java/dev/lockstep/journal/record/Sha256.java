package dev.lockstep.journal.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest: 32 bytes, immutable. */
public final class Sha256 {
  public static final int LENGTH_BYTES = 32;

  /** What the first record of a journal names as the hash before it: 32 zero bytes. */
  public static final Sha256 NONE = new Sha256(new byte[LENGTH_BYTES]);

  /** One a thread: to look one up costs as much as to hash a small record. */
  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(Sha256::newDigest);

  private final byte[] digest;

  private Sha256(byte[] digest) {
    this.digest = digest;
  }

  /** Takes 32 bytes found at {@code offset}; the array is copied. */
  public static Sha256 at(byte[] bytes, int offset) {
    return new Sha256(Arrays.copyOfRange(bytes, offset, offset + LENGTH_BYTES));
  }

  /** The digest of {@code length} bytes from {@code offset}. */
  public static Sha256 of(byte[] bytes, int offset, int length) {
    MessageDigest sha = DIGEST.get();
    sha.update(bytes, offset, length);
    return new Sha256(sha.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError("every Java runtime has SHA-256", missing);
    }
  }

  /**
   * Reads what {@link #toString} writes.
   *
   * @param hex exactly 64 hexadecimal digits
   * @throws IllegalArgumentException otherwise
   */
  public static Sha256 parse(String hex) {
    byte[] digest = HexFormat.of().parseHex(hex);
    if (digest.length != LENGTH_BYTES) {
      throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits: " + hex);
    }
    return new Sha256(digest);
  }

  /** Whether these are the 32 bytes at {@code offset}. */
  boolean isAt(byte[] bytes, int offset) {
    return Arrays.equals(digest, 0, LENGTH_BYTES, bytes, offset, offset + LENGTH_BYTES);
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return digest.clone();
  }

  /** The first 12 hexadecimal digits: enough for a person to compare, too few for proof. */
  public String abbreviated() {
    return toString().substring(0, 12);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha256 that && MessageDigest.isEqual(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(digest);
  }
}
