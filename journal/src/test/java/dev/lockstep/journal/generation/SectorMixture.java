package dev.lockstep.journal.generation;

import dev.lockstep.journal.scan.GenerationLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * What a disk may hold of a file that was being written when the power went: of each sector the old
 * or the new bytes, of one that tears both.
 */
enum SectorMixture {
  /** Every sector of 512 bytes whole, old or new. */
  SECTORS_OF_512 {
    @Override
    byte[] of(byte[] old, byte[] renewed, Random random) {
      return mixed(old, renewed, 512, 0, random);
    }
  },
  /** Every sector of 4096 bytes whole, old or new. */
  SECTORS_OF_4096 {
    @Override
    byte[] of(byte[] old, byte[] renewed, Random random) {
      return mixed(old, renewed, 4096, 0, random);
    }
  },
  /** Sectors of 4096 bytes, each of which may be new up to any byte and old behind it. */
  TORN_4096 {
    @Override
    byte[] of(byte[] old, byte[] renewed, Random random) {
      return mixed(old, renewed, 4096, 3, random);
    }
  },
  /**
   * Pages written while the record was still being copied into them: Chronicle's header says "not
   * complete", and what follows ends anywhere.
   */
  WRITTEN_BACK_EARLY {
    @Override
    byte[] of(byte[] old, byte[] renewed, Random random) {
      byte[] early = renewed.clone();
      int document = firstDocumentThatDiffers(old, renewed);
      int copied = document + random.nextInt(6000);
      if (copied < renewed.length) {
        System.arraycopy(old, copied, early, copied, renewed.length - copied);
      }
      early[document + 3] |= (byte) (GenerationLayout.NOT_COMPLETE >>> 24);
      return mixed(mixed(old, early, 512, 0, random), renewed, 512, 0, random);
    }
  };

  /** Of the new sectors: of a long write, half of each is never nearly whole. */
  private static final double[] SHARES = {0.1, 0.5, 0.9, 0.99, 1};

  /** One such state. */
  abstract byte[] of(byte[] old, byte[] renewed, Random random);

  static SectorMixture any(Random random) {
    return values()[random.nextInt(values().length)];
  }

  private static byte[] mixed(
      byte[] old, byte[] renewed, int sectorBytes, int tornOfFour, Random random) {
    byte[] mixed = old.clone();
    double share = SHARES[random.nextInt(SHARES.length)];
    for (int sector = firstDifference(old, renewed) / sectorBytes * sectorBytes;
        sector < mixed.length;
        sector += sectorBytes) {
      boolean differs =
          !Arrays.equals(old, sector, sector + sectorBytes, renewed, sector, sector + sectorBytes);
      if (differs && random.nextDouble() < share) {
        boolean torn = random.nextInt(4) < tornOfFour;
        int length = torn ? random.nextInt(sectorBytes) : sectorBytes;
        System.arraycopy(renewed, sector, mixed, sector, length);
      }
    }
    return mixed;
  }

  private static int firstDifference(byte[] old, byte[] renewed) {
    return Math.max(0, Arrays.mismatch(old, renewed));
  }

  /** Behind Chronicle's own header, which changes with each record. */
  private static int firstDocumentThatDiffers(byte[] old, byte[] renewed) {
    int from = GenerationLayout.FIRST_DOCUMENT;
    int at = Arrays.mismatch(old, from, old.length, renewed, from, renewed.length);
    return at < 0 ? from : from + at / 4 * 4;
  }
}
