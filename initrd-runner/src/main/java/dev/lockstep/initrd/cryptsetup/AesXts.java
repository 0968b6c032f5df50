package dev.lockstep.initrd.cryptsetup;

import dev.lockstep.initrd.syscall.NativeAesXts;
import java.security.ProviderException;
import javax.crypto.Cipher;

/**
 * AES in XTS mode (IEEE 1619) with plain64 IVs, the way dm-crypt lays it out: the IV of an
 * encryption sector is the number of its first 512-byte sector, little-endian. By libcrypto where
 * that is there, by the JDK otherwise.
 *
 * <p>It is there to <em>look into</em> a volume without dm-crypt. The JDK keeps expanded keys on
 * its heap, out of our reach: nothing that must keep a key secret for long uses this class. Not
 * thread-safe.
 */
public final class AesXts {
  private static final int SMALLEST_SECTOR_BYTES = 512;
  private static final int LARGEST_SECTOR_BYTES = 4096;

  /** Ciphers whole sectors in place, in one direction. */
  @FunctionalInterface
  interface Direction {
    void crypt(byte[] data, int length, long firstSector);
  }

  private final int sectorBytes;
  private final Direction encrypting;
  private final Direction decrypting;

  /**
   * @param key 32 bytes (AES-128) or 64 (AES-256): data key, then tweak key; it is not kept
   * @param sectorBytes 512, 1024, 2048 or 4096
   */
  public AesXts(byte[] key, int sectorBytes) {
    if ((key.length != 32 && key.length != 64)
        || sectorBytes < SMALLEST_SECTOR_BYTES
        || sectorBytes > LARGEST_SECTOR_BYTES
        || Integer.bitCount(sectorBytes) != 1) {
      throw new IllegalArgumentException("no AES-XTS with this key length or sector size");
    }
    this.sectorBytes = sectorBytes;
    this.encrypting = direction(key, sectorBytes, true);
    this.decrypting = direction(key, sectorBytes, false);
  }

  private static Direction direction(byte[] key, int sectorBytes, boolean encrypts) {
    try {
      return new NativeAesXts(key, sectorBytes, encrypts)::crypt;
    } catch (LinkageError | ProviderException notThere) { // or halves that OpenSSL finds too alike
      return new JdkAesXts(key, sectorBytes, encrypts ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE)
          ::crypt;
    }
  }

  /**
   * Decrypts whole encryption sectors in place.
   *
   * @param firstSector number of the first 512-byte sector: volume offset / 512, plus the IV tweak
   */
  public void decrypt(byte[] data, int length, long firstSector) {
    crypt(decrypting, data, length, firstSector);
  }

  /** Encrypts whole encryption sectors in place. */
  public void encrypt(byte[] data, int length, long firstSector) {
    crypt(encrypting, data, length, firstSector);
  }

  private void crypt(Direction direction, byte[] data, int length, long firstSector) {
    if (length % sectorBytes != 0 || length > data.length) {
      throw new IllegalArgumentException(
          length + " bytes are no whole sectors of " + sectorBytes + " bytes");
    }
    if (length > 0) {
      direction.crypt(data, length, firstSector);
    }
  }
}
