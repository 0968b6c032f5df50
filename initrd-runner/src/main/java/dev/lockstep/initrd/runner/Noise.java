package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bytes that nobody can tell from an encrypted volume's: AES-256 in counter mode over zeros, under
 * a random key that is kept only until they were read back. Made twice from the same key they are
 * the same, so no copy of what was written has to be held.
 *
 * @param key hides nothing but that there is nothing
 */
record Noise(SecretKeySpec key) {

  private static final int PIECE_BYTES = 1 << 20;
  private static final byte[] ZEROS = new byte[PIECE_BYTES];

  static Noise fresh() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return new Noise(new SecretKeySpec(random, "AES"));
  }

  /** Unflushed. */
  void writeTo(BlockDeviceFile disk, long offsetBytes, int lengthBytes) throws IOException {
    Cipher stream = stream();
    for (int at = 0; at < lengthBytes; at += PIECE_BYTES) {
      disk.writeFully(offsetBytes + at, ByteBuffer.wrap(next(stream, lengthBytes - at)));
    }
  }

  /** Reads past the cache. */
  void requireAt(BlockDeviceFile disk, long offsetBytes, int lengthBytes) throws IOException {
    Cipher stream = stream();
    for (int at = 0; at < lengthBytes; at += PIECE_BYTES) {
      byte[] written = next(stream, lengthBytes - at);
      byte[] found = new byte[written.length];
      disk.readBack(offsetBytes + at, ByteBuffer.wrap(found));
      if (!Arrays.equals(written, found)) {
        throw new IOException(
            "what was overwritten behind the volume reads back otherwise than it was written; the"
                + " disk may be failing");
      }
    }
  }

  private static byte[] next(Cipher stream, int atMostBytes) {
    return stream.update(ZEROS, 0, Math.min(PIECE_BYTES, atMostBytes));
  }

  private Cipher stream() {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[16]));
      return cipher;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has AES in counter mode", impossible);
    }
  }

  @Override
  public String toString() {
    return "Noise[]";
  }
}
