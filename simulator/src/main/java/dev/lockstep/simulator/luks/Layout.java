package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Sector;

/**
 * The modelled root partition: as a real one, but so small that every subset of a write can be
 * tried.
 *
 * <pre>
 *   sector 0          shift                              tail           window     partition
 *          |----------|----------|--- … ---|-------------|--------------|----------|
 *          | hot zone 0 (head)   | … filesystem          | (reserve)  copy of head | untouched
 * </pre>
 *
 * @param shiftSectors room of the LUKS2 header, and a hot zone: at least 5
 * @param hotZones of the filesystem
 */
public record Layout(int shiftSectors, int hotZones) {

  /** Where ext4 has its superblock: byte 1024, inside what becomes the secondary header. */
  public static final int SUPERBLOCK = 2;

  private static final int BEHIND_WINDOW = 2;

  public static final Layout SMALL = new Layout(LuksArea.SECTORS, 3);

  public Layout {
    if (shiftSectors < LuksArea.SECTORS || hotZones < 2) {
      throw new IllegalArgumentException("too small for a header and a file behind it");
    }
  }

  public int filesystemSectors() {
    return shiftSectors * hotZones;
  }

  public int windowSectors() {
    return filesystemSectors() + 2 * shiftSectors;
  }

  public int tailSector() {
    return windowSectors() - shiftSectors;
  }

  public int partitionSectors() {
    return windowSectors() + BEHIND_WINDOW;
  }

  /** The one block of the filesystem that the first boot changes. */
  public int crypttabSector() {
    return shiftSectors + 1;
  }

  public static long bytes(int sectors) {
    return (long) sectors * Sector.BYTES;
  }
}
