package dev.lockstep.simulator.journal;

import dev.lockstep.journal.scan.GenerationBytes;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Sector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Where the modelled medium keeps the journal's generations. Inside one, every byte is where the
 * real file has it ({@link GenerationLayout}), but for Chronicle's header, which no reader asks.
 *
 * <pre>
 *   sector 0         128            256
 *          |---------|--------------|---
 *          | gen000  | gen001       |
 * </pre>
 */
final class GenerationSectors {

  /** More than one boot writes, and a tenth of a real file: what is not written is not kept. */
  static final int COUNT = 128;

  private static final int MOST_BYTES = COUNT * Sector.BYTES;

  private GenerationSectors() {}

  /** How many generations were begun: a file that nothing reached is as one that is not there. */
  static int in(DiskImage image) {
    return Math.ceilDiv(image.length(), COUNT);
  }

  /** All of them, as a reader gets their files. */
  static List<GenerationBytes> files(DiskImage image) {
    List<GenerationBytes> files = new ArrayList<>();
    for (int generation = 0; generation < in(image); generation++) {
      byte[] bytes = bytesFrom(image, generation, 0);
      files.add(new GenerationBytes(generation, bytes, GenerationLayout.FILE_BYTES));
    }
    return files;
  }

  /** What was written of a generation, from the beginning of one of its sectors on. */
  static byte[] bytesFrom(DiskImage image, int generation, int firstSector) {
    int begin = generation * COUNT + firstSector;
    int end = Math.min((generation + 1) * COUNT, image.length());
    byte[] bytes = new byte[Math.max(0, end - begin) * Sector.BYTES];
    for (int at = 0; at < bytes.length; at += Sector.BYTES) {
      image.sector(begin + at / Sector.BYTES).copyTo(bytes, at, Sector.BYTES);
    }
    return bytes;
  }

  static boolean hasRoomFor(int document, int recordBytes) {
    return document + GenerationLayout.DOCUMENT_HEADER_BYTES + recordBytes <= MOST_BYTES;
  }

  /**
   * The sectors that hold a record once it is written behind what is there.
   *
   * @param there the generation's sectors as they are, by their place on the medium
   * @param document where its document begins, in bytes from the generation's beginning
   */
  static List<Sector> with(IntFunction<Sector> there, int generation, int document, byte[] record) {
    int first = document / Sector.BYTES;
    int end = document + GenerationLayout.DOCUMENT_HEADER_BYTES + record.length;
    byte[] bytes = new byte[(Math.ceilDiv(end, Sector.BYTES) - first) * Sector.BYTES];
    for (int at = 0; at < bytes.length; at += Sector.BYTES) {
      Sector known = there.apply(generation * COUNT + first + at / Sector.BYTES);
      known.copyTo(bytes, at, Sector.BYTES);
    }
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .position(document - first * Sector.BYTES)
        .putInt(record.length)
        .put(record);
    List<Sector> sectors = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += Sector.BYTES) {
      sectors.add(Sector.of(Arrays.copyOfRange(bytes, at, at + Sector.BYTES)));
    }
    return sectors;
  }
}
