package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Sector;
import java.util.Locale;

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
 * @param filesystem which of the three
 */
public record Layout(int shiftSectors, int hotZones, Filesystem filesystem) {

  /** By where it has its superblock: that is what a header being placed meets sooner or later. */
  public enum Filesystem {
    /** Byte 1024, inside what becomes the secondary header. */
    EXT4(2),
    /** Byte 0, where the primary header begins. */
    XFS(0),
    /** Byte 65536, behind both headers. */
    BTRFS(4);

    private final int superblock;

    Filesystem(int superblock) {
      this.superblock = superblock;
    }

    /** As the machine calls it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int BEHIND_WINDOW = 2;

  public static final Layout SMALL = new Layout(LuksArea.SECTORS, 3);

  public Layout {
    if (shiftSectors < LuksArea.SECTORS || hotZones < 2) {
      throw new IllegalArgumentException("too small for a header and a file behind it");
    }
  }

  /** With ext4. */
  public Layout(int shiftSectors, int hotZones) {
    this(shiftSectors, hotZones, Filesystem.EXT4);
  }

  public Layout with(Filesystem other) {
    return new Layout(shiftSectors, hotZones, other);
  }

  /** The sector by which the filesystem is known. */
  public int superblock() {
    return filesystem.superblock;
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
