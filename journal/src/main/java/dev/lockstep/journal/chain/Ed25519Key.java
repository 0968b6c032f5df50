package dev.lockstep.journal.chain;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An Ed25519 public key in the raw form of RFC 8032, section 5.1.2.
 *
 * <pre>
 *   0                                              31
 *   +----------------------------------------------+
 *   | y, little endian; the top bit says x is odd  |
 *   +----------------------------------------------+
 * </pre>
 *
 * @param hex its 32 bytes as 64 lower-case hexadecimal digits
 */
public record Ed25519Key(String hex) {
  static final String ALGORITHM = "Ed25519";
  private static final int LENGTH_BYTES = 32;
  private static final int X_IS_ODD = 0x80;
  private static final int SHORT_DIGITS = 16;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** Refuses anything but 64 lower-case hexadecimal digits; whether it is a point is not asked. */
  public Ed25519Key {
    if (!isHex(hex)) {
      throw new IllegalArgumentException(
          "an Ed25519 public key has 64 lower-case hexadecimal digits");
    }
  }

  public static boolean isHex(String text) {
    return HEX.matcher(text).matches();
  }

  static Ed25519Key of(EdECPublicKey key) {
    byte[] raw = reversed(key.getPoint().getY().toByteArray());
    if (key.getPoint().isXOdd()) {
      raw[LENGTH_BYTES - 1] |= (byte) X_IS_ODD;
    }
    return new Ed25519Key(HexFormat.of().formatHex(raw));
  }

  /** Whether the holder of this key signed {@code message}; false for whatever is malformed. */
  public boolean verifies(byte[] message, byte[] signature) {
    byte[] raw = HexFormat.of().parseHex(hex);
    boolean xIsOdd = (raw[LENGTH_BYTES - 1] & X_IS_ODD) != 0;
    raw[LENGTH_BYTES - 1] &= (byte) ~X_IS_ODD;
    EdECPoint point = new EdECPoint(xIsOdd, new BigInteger(1, reversed(raw)));
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point)));
      check.update(message);
      return check.verify(signature);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this Java runtime has no Ed25519", missing);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  /** Between the big endian of {@link BigInteger}, of any length, and 32 bytes little endian. */
  private static byte[] reversed(byte[] bytes) {
    byte[] turned = new byte[LENGTH_BYTES];
    for (int at = 0; at < Math.min(bytes.length, LENGTH_BYTES); at++) {
      turned[at] = bytes[bytes.length - 1 - at];
    }
    return turned;
  }

  /** The first 16 hexadecimal digits: enough for a person to compare, too few for proof. */
  public String abbreviated() {
    return hex.substring(0, SHORT_DIGITS) + "…";
  }

  @Override
  public String toString() {
    return hex;
  }
}
