package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Sector;

/**
 * Stands for AES-XTS: each sector of the volume and each volume key give another permutation. Bytes
 * are added, not XORed, so that encrypting twice does not give the plaintext back, as it must not.
 */
final class Cipher {

  private Cipher() {}

  static Sector encrypt(int header, int logicalSector, Sector plain) {
    return shift(header, logicalSector, plain, 1);
  }

  static Sector decrypt(int header, int logicalSector, Sector encrypted) {
    return shift(header, logicalSector, encrypted, -1);
  }

  private static Sector shift(int header, int logicalSector, Sector sector, int sign) {
    Fingerprint stream = Fingerprint.of(1000L * (header + 1) + logicalSector);
    byte[] bytes = sector.bytes();
    for (int at = 0; at < bytes.length; at++) {
      long word = (at & 8) == 0 ? stream.high() : stream.low();
      int add = (int) (word >>> ((at & 7) * 8)) | 1;
      bytes[at] += (byte) (sign * add);
    }
    return Sector.of(bytes);
  }
}
