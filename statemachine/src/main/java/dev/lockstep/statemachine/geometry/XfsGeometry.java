package dev.lockstep.statemachine.geometry;

import io.vavr.control.Option;
import java.util.UUID;

/**
 * The XFS superblock of allocation group 0, at offset 0, big endian (kernel:
 * fs/xfs/libxfs/xfs_format.h, struct xfs_dsb).
 *
 * <pre>
 *  offset  0      4           8                32      100         102         194         224
 *         +------+-----------+----------------+-------+-----------+-----------+-----------+-------------------+
 *         |"XFSB"|block size |data blocks, u64|uuid   |version    |sector size|log sector |CRC32C, little     |
 *         |      |           |                |       |(low 4 bit)|           |size, or 0 |endian, version 5  |
 *         +------+-----------+----------------+-------+-----------+-----------+-----------+-------------------+
 * </pre>
 *
 * @param sizeBytes data blocks × block size
 * @param blockBytes 512 to 65536, a power of two
 * @param smallestTransferBytes the smaller of the two sector sizes, 512 to 32768; where the log has
 *     none of its own it is written in sectors of 512 bytes
 */
public record XfsGeometry(long sizeBytes, int blockBytes, int smallestTransferBytes, UUID uuid)
    implements FilesystemGeometry.Known {
  private static final int CHECKSUM = 224;
  private static final int LOG_SECTOR_SIZE = 194;
  private static final int MIN_SECTOR = 512;
  private static final int MAX_SECTOR = 32 * 1024;
  private static final int MAX_BLOCK = 64 * 1024;
  private static final int VERSION_WITH_CHECKSUM = 5;

  @Override
  public String type() {
    return "xfs";
  }

  /** The superblock of a mounted one is as it was before, and nothing in it tells of the log. */
  @Override
  public Option<String> doubtAboutEnd() {
    return Option.some(
        "an XFS may have been grown in its log, of which its superblock says nothing");
  }

  static Option<FilesystemGeometry> read(Head head) {
    return head.hasAt(0, "XFSB") ? Option.some(readSuperblock(head)) : Option.none();
  }

  private static FilesystemGeometry readSuperblock(Head head) {
    int sectorBytes = head.covers(0, MIN_SECTOR) ? head.bigU16(102) : 0;
    if (sectorBytes < MIN_SECTOR
        || sectorBytes > MAX_SECTOR
        || Integer.bitCount(sectorBytes) != 1
        || !head.covers(0, sectorBytes)) {
      return new Unknown("the XFS superblock gives an impossible sector size");
    }
    boolean checksummed = (head.bigU16(100) & 0xF) == VERSION_WITH_CHECKSUM;
    if (checksummed
        && head.crc32c(0, sectorBytes, CHECKSUM, Integer.BYTES) != head.littleU32(CHECKSUM)) {
      return new Unknown("the XFS superblock's checksum is wrong");
    }
    long blockBytes = head.bigU32(4);
    if (blockBytes < MIN_SECTOR || blockBytes > MAX_BLOCK || Long.bitCount(blockBytes) != 1) {
      return new Unknown("the XFS superblock gives an impossible block size");
    }
    long blocks = head.bigU64(8);
    if (blocks <= 0 || blocks > Long.MAX_VALUE / blockBytes) {
      return new Unknown("the XFS superblock gives an impossible number of blocks");
    }
    return new XfsGeometry(
        blocks * blockBytes,
        (int) blockBytes,
        Math.min(sectorBytes, logSectorBytes(head)),
        head.uuid(32));
  }

  private static int logSectorBytes(Head head) {
    return Math.max(MIN_SECTOR, head.bigU16(LOG_SECTOR_SIZE));
  }
}
