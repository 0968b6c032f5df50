package dev.lockstep.statemachine.geometry;

import io.vavr.control.Option;
import java.util.UUID;

/**
 * The ext2/3/4 superblock, 1024 bytes at offset 1024, little endian (kernel:
 * Documentation/filesystems/ext4/super.rst).
 *
 * <pre>
 *  offset  0x04   0x18            0x38   0x3A   0x5C     0x60      0x64       0x68   0x150      0x3FC
 *         +------+---------------+------+------+--------+---------+----------+------+----------+---------+
 *         |blocks|log2(block/1K) |0xEF53|state |compat  |incompat |ro_compat |uuid  |blocks    |CRC32C   |
 *         |low   |               |      |      |        |         |          |      |high      |         |
 *         +------+---------------+------+------+--------+---------+----------+------+----------+---------+
 * </pre>
 *
 * <p>The checksum is there with metadata_csum only: CRC32C of the bytes before it, without the
 * customary final inversion.
 *
 * @param sizeBytes blocks × block size, at least one block
 * @param blockBytes 1024 to 65536, a power of two
 */
public record Ext4Geometry(long sizeBytes, int blockBytes, UUID uuid, State state)
    implements FilesystemGeometry.Known {
  /** How the filesystem was left. */
  public enum State {
    /** Unmounted properly. */
    CLEAN,
    /**
     * Its journal holds changes to be replayed at the next mount: after a power cut, the usual
     * case.
     */
    NEEDS_RECOVERY,
    /** No journal, and not unmounted properly. */
    NOT_CLEAN,
    /** The kernel found errors; fsck first. */
    ERRORS
  }

  private static final int SUPERBLOCK = 1024;
  private static final int SUPERBLOCK_BYTES = 1024;
  private static final int MAGIC = 0xEF53;
  private static final int CHECKSUM = SUPERBLOCK + 0x3FC;
  private static final long MAX_LOG_BLOCK = 6;
  private static final int STATE_CLEAN = 1;
  private static final int STATE_ERRORS = 2;
  private static final long INCOMPAT_RECOVER = 0x4;
  private static final long INCOMPAT_JOURNAL_DEVICE = 0x8;
  private static final long INCOMPAT_64BIT = 0x80;
  private static final long RO_COMPAT_METADATA_CSUM = 0x400;

  @Override
  public String type() {
    return "ext4";
  }

  /** Superblock and journal are read and written block by block, too. */
  @Override
  public int smallestTransferBytes() {
    return blockBytes;
  }

  /** A mount marks the superblock before anything else, and so does resize2fs. */
  @Override
  public Option<String> doubtAboutEnd() {
    return switch (state) {
      case CLEAN -> Option.none();
      case NEEDS_RECOVERY ->
          Option.some("its ext4 was mounted and not unmounted, and may have been grown in its log");
      case NOT_CLEAN, ERRORS ->
          Option.some("its ext4 was not left clean, and may have been in the midst of growing");
    };
  }

  static Option<FilesystemGeometry> read(Head head) {
    if (!head.covers(SUPERBLOCK, SUPERBLOCK_BYTES) || head.littleU16(SUPERBLOCK + 0x38) != MAGIC) {
      return Option.none();
    }
    return Option.some(readSuperblock(head));
  }

  private static FilesystemGeometry readSuperblock(Head head) {
    long incompat = head.littleU32(SUPERBLOCK + 0x60);
    boolean checksummed = (head.littleU32(SUPERBLOCK + 0x64) & RO_COMPAT_METADATA_CSUM) != 0;
    long crc = head.crc32c(SUPERBLOCK, CHECKSUM - SUPERBLOCK, 0, 0) ^ 0xFFFF_FFFFL;
    if (checksummed && crc != head.littleU32(CHECKSUM)) {
      return new Unknown("the ext4 superblock's checksum is wrong");
    }
    long logBlock = head.littleU32(SUPERBLOCK + 0x18);
    if (logBlock > MAX_LOG_BLOCK) {
      return new Unknown("the ext4 superblock gives an impossible block size");
    }
    if ((incompat & INCOMPAT_JOURNAL_DEVICE) != 0) {
      return new Unknown("it is the external journal of an ext4 filesystem");
    }
    int blockBytes = 1024 << logBlock;
    long blocksHigh = (incompat & INCOMPAT_64BIT) != 0 ? head.littleU32(SUPERBLOCK + 0x150) : 0;
    long blocks = blocksHigh << 32 | head.littleU32(SUPERBLOCK + 0x04);
    if (blocks <= 0 || blocks > Long.MAX_VALUE / blockBytes) {
      return new Unknown("the ext4 superblock gives an impossible number of blocks");
    }
    return new Ext4Geometry(
        blocks * blockBytes,
        blockBytes,
        head.uuid(SUPERBLOCK + 0x68),
        state(head.littleU16(SUPERBLOCK + 0x3A), incompat));
  }

  private static State state(int state, long incompat) {
    if ((state & STATE_ERRORS) != 0) {
      return State.ERRORS;
    }
    if ((incompat & INCOMPAT_RECOVER) != 0) {
      return State.NEEDS_RECOVERY;
    }
    return (state & STATE_CLEAN) != 0 ? State.CLEAN : State.NOT_CLEAN;
  }
}
