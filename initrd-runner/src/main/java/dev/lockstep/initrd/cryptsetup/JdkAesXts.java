package dev.lockstep.initrd.cryptsetup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * XTS built on the JDK's AES/ECB, since the JDK has no XTS: for where there is no libcrypto. The
 * JDK keeps expanded keys on its heap, out of our reach. Not thread-safe.
 */
final class JdkAesXts {
  private static final int BLOCK_BYTES = 16;
  private static final int IV_UNIT_BYTES = 512;

  /** x^128 + x^7 + x^2 + x + 1, without its highest power. */
  private static final long POLYNOMIAL = 0x87;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int sectorBytes;
  private final Cipher data;
  private final Cipher tweaks;

  /**
   * One direction of a cipher.
   *
   * @param mode of the data: {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   */
  JdkAesXts(byte[] key, int sectorBytes, int mode) {
    this.sectorBytes = sectorBytes;
    int half = key.length / 2;
    this.data = cipher(mode, key, 0, half);
    this.tweaks = cipher(Cipher.ENCRYPT_MODE, key, half, half);
  }

  /** Ciphers whole encryption sectors in place. */
  void crypt(byte[] bytes, int length, long firstSector) {
    byte[] masks = masks(length, firstSector);
    mix(bytes, masks, length);
    run(data, bytes, length);
    mix(bytes, masks, length);
    Arrays.fill(masks, (byte) 0);
  }

  /** One 16-byte tweak a block: the encrypted IV, doubled in GF(2^128) from block to block. */
  private byte[] masks(int length, long firstSector) {
    int sectors = length / sectorBytes;
    byte[] starts = new byte[sectors * BLOCK_BYTES];
    for (int sector = 0; sector < sectors; sector++) {
      long number = firstSector + (long) sector * (sectorBytes / IV_UNIT_BYTES);
      LONG.set(starts, sector * BLOCK_BYTES, number);
    }
    run(tweaks, starts, starts.length);
    byte[] masks = new byte[length];
    for (int sector = 0; sector < sectors; sector++) {
      long low = (long) LONG.get(starts, sector * BLOCK_BYTES);
      long high = (long) LONG.get(starts, sector * BLOCK_BYTES + Long.BYTES);
      int end = (sector + 1) * sectorBytes;
      for (int at = sector * sectorBytes; at < end; at += BLOCK_BYTES) {
        LONG.set(masks, at, low);
        LONG.set(masks, at + Long.BYTES, high);
        long carry = high >>> 63;
        high = (high << 1) | (low >>> 63);
        low = (low << 1) ^ (carry * POLYNOMIAL);
      }
    }
    return masks;
  }

  private static void mix(byte[] data, byte[] masks, int length) {
    for (int at = 0; at < length; at += Long.BYTES) {
      LONG.set(data, at, (long) LONG.get(data, at) ^ (long) LONG.get(masks, at));
    }
  }

  private static void run(Cipher cipher, byte[] data, int length) {
    try {
      int done = cipher.doFinal(data, 0, length, data, 0);
      if (done != length) {
        throw new IllegalStateException("AES gave " + done + " bytes for " + length);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES/ECB of whole blocks can't fail", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, int offset, int length) {
    try {
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, offset, length, "AES"));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES/ECB/NoPadding", e);
    }
  }
}
