package dev.lockstep.statemachine.port;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256, in lower-case hexadecimal.
 *
 * @param hex 64 digits
 */
public record Digest(String hex) {

  public Digest {
    if (hex.length() != 64 || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new IllegalArgumentException("a SHA-256 has 64 hexadecimal digits");
    }
  }

  public static Digest of(byte[] bytes) {
    return finish(sha256(), bytes);
  }

  public static Digest finish(MessageDigest running, byte[] last) {
    return new Digest(HexFormat.of().formatHex(running.digest(last)));
  }

  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The first digits, enough for a person to compare. */
  public String brief() {
    return hex.substring(0, 12);
  }
}
