package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;

/**
 * Stands for AES-XTS: each sector of the volume and each volume key give another permutation. Bytes
 * are added, not XORed, so that encrypting twice does not give the plaintext back, as it must not.
 */
final class Cipher {

  private static final Memo<Block, Sector> SHIFTED = new Memo<>(50_000);

  private record Block(int header, int logicalSector, int sign, Fingerprint content) {}

  private Cipher() {}

  static Sector encrypt(int header, int logicalSector, Sector plain) {
    return shift(header, logicalSector, plain, 1);
  }

  static Sector decrypt(int header, int logicalSector, Sector encrypted) {
    return shift(header, logicalSector, encrypted, -1);
  }

  private static Sector shift(int header, int logicalSector, Sector sector, int sign) {
    return SHIFTED.of(
        new Block(header, logicalSector, sign, sector.fingerprint()),
        block -> shifted(block, sector));
  }

  private static Sector shifted(Block block, Sector sector) {
    Fingerprint stream = Fingerprint.of(1000L * (block.header() + 1) + block.logicalSector());
    byte[] bytes = sector.bytes();
    for (int at = 0; at < bytes.length; at++) {
      long word = (at & 8) == 0 ? stream.high() : stream.low();
      int add = (int) (word >>> ((at & 7) * 8)) | 1;
      bytes[at] += (byte) (block.sign() * add);
    }
    return Sector.of(bytes);
  }
}
