package dev.lockstep.initrd.cryptsetup;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES in XTS mode (IEEE 1619) with plain64 IVs, the way dm-crypt lays it out: the IV of an
 * encryption sector is the number of its first 512-byte sector, little-endian. Built on the JDK's
 * AES/ECB, since the JDK has no XTS.
 *
 * <p>It is there to <em>verify</em> a volume without dm-crypt. The JDK keeps expanded keys on its
 * heap, out of our reach: nothing that must keep a key secret for long uses this class. Not
 * thread-safe.
 */
public final class AesXts {
  private static final int BLOCK_BYTES = 16;
  private static final int IV_UNIT_BYTES = 512;

  /** x^128 + x^7 + x^2 + x + 1, without its highest power. */
  private static final long POLYNOMIAL = 0x87;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int sectorBytes;
  private final Cipher encryptingData;
  private final Cipher decryptingData;
  private final Cipher encryptingTweaks;

  /**
   * @param key 32 bytes (AES-128) or 64 (AES-256): data key, then tweak key; it is not kept
   * @param sectorBytes 512, 1024, 2048 or 4096
   */
  public AesXts(byte[] key, int sectorBytes) {
    if ((key.length != 32 && key.length != 64)
        || sectorBytes < IV_UNIT_BYTES
        || sectorBytes > 4096
        || Integer.bitCount(sectorBytes) != 1) {
      throw new IllegalArgumentException("no AES-XTS with this key length or sector size");
    }
    this.sectorBytes = sectorBytes;
    int half = key.length / 2;
    encryptingData = cipher(Cipher.ENCRYPT_MODE, key, 0, half);
    decryptingData = cipher(Cipher.DECRYPT_MODE, key, 0, half);
    encryptingTweaks = cipher(Cipher.ENCRYPT_MODE, key, half, half);
  }

  /**
   * Decrypts whole encryption sectors in place.
   *
   * @param firstSector number of the first 512-byte sector: volume offset / 512, plus the IV tweak
   */
  public void decrypt(byte[] data, int length, long firstSector) {
    crypt(decryptingData, data, length, firstSector);
  }

  /** Encrypts whole encryption sectors in place. */
  public void encrypt(byte[] data, int length, long firstSector) {
    crypt(encryptingData, data, length, firstSector);
  }

  private void crypt(Cipher cipher, byte[] data, int length, long firstSector) {
    if (length % sectorBytes != 0 || length > data.length) {
      throw new IllegalArgumentException(
          length + " bytes are no whole sectors of " + sectorBytes + " bytes");
    }
    if (length == 0) {
      return;
    }
    byte[] tweaks = tweaks(length, firstSector);
    mix(data, tweaks, length);
    run(cipher, data, length);
    mix(data, tweaks, length);
    Arrays.fill(tweaks, (byte) 0);
  }

  /** One 16-byte tweak a block: the encrypted IV, doubled in GF(2^128) from block to block. */
  private byte[] tweaks(int length, long firstSector) {
    int sectors = length / sectorBytes;
    byte[] starts = new byte[sectors * BLOCK_BYTES];
    for (int sector = 0; sector < sectors; sector++) {
      long number = firstSector + (long) sector * (sectorBytes / IV_UNIT_BYTES);
      LONG.set(starts, sector * BLOCK_BYTES, number);
    }
    run(encryptingTweaks, starts, starts.length);
    byte[] tweaks = new byte[length];
    for (int sector = 0; sector < sectors; sector++) {
      long low = (long) LONG.get(starts, sector * BLOCK_BYTES);
      long high = (long) LONG.get(starts, sector * BLOCK_BYTES + Long.BYTES);
      int end = (sector + 1) * sectorBytes;
      for (int at = sector * sectorBytes; at < end; at += BLOCK_BYTES) {
        LONG.set(tweaks, at, low);
        LONG.set(tweaks, at + Long.BYTES, high);
        long carry = high >>> 63;
        high = (high << 1) | (low >>> 63);
        low = (low << 1) ^ (carry * POLYNOMIAL);
      }
    }
    return tweaks;
  }

  private static void mix(byte[] data, byte[] tweaks, int length) {
    for (int at = 0; at < length; at += Long.BYTES) {
      LONG.set(data, at, (long) LONG.get(data, at) ^ (long) LONG.get(tweaks, at));
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
