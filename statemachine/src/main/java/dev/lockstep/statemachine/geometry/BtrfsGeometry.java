package dev.lockstep.statemachine.geometry;

import io.vavr.control.Option;
import java.util.UUID;

/**
 * The first btrfs superblock, 4096 bytes at 64 KiB, little endian (kernel:
 * include/uapi/linux/btrfs_tree.h, struct btrfs_super_block).
 *
 * <pre>
 *  offset  0         0x20   0x40          0x88          0x90        0xC4       0xC9
 *         +---------+------+-------------+-------------+-----------+----------+---------------------+
 *         |checksum |fsid  |"_BHRfS_M"   |devices, u64 |sector     |checksum  |this device: id u64, |
 *         |32 bytes |      |             |             |size, u32  |type, u16 |size in bytes u64    |
 *         +---------+------+-------------+-------------+-----------+----------+---------------------+
 * </pre>
 *
 * <p>The size of <em>this device</em> counts, not the filesystem's, which may span several.
 *
 * @param sizeBytes of the device item: where the filesystem ends on this partition
 * @param blockBytes the sector size, 4096 or more
 */
public record BtrfsGeometry(long sizeBytes, int blockBytes, UUID uuid)
    implements FilesystemGeometry.Known {
  private static final int SUPERBLOCK = 64 * 1024;
  private static final int SUPERBLOCK_BYTES = 4096;
  private static final int CHECKSUM_BYTES = 32;
  private static final int CRC32C = 0;
  private static final int MAX_BLOCK = 64 * 1024;

  @Override
  public String type() {
    return "btrfs";
  }

  @Override
  public int smallestTransferBytes() {
    return blockBytes;
  }

  /**
   * All that a btrfs holds is reached from its superblock, and growing it ends with a new one:
   * btrfs_ioctl_resize in fs/btrfs/ioctl.c commits.
   */
  @Override
  public Option<String> doubtAboutEnd() {
    return Option.none();
  }

  static Option<FilesystemGeometry> read(Head head) {
    boolean there =
        head.covers(SUPERBLOCK, SUPERBLOCK_BYTES) && head.hasAt(SUPERBLOCK + 0x40, "_BHRfS_M");
    return there ? Option.some(readSuperblock(head)) : Option.none();
  }

  private static FilesystemGeometry readSuperblock(Head head) {
    boolean crc32c = head.littleU16(SUPERBLOCK + 0xC4) == CRC32C;
    long crc = head.crc32c(SUPERBLOCK + CHECKSUM_BYTES, SUPERBLOCK_BYTES - CHECKSUM_BYTES, 0, 0);
    if (crc32c && crc != head.littleU32(SUPERBLOCK)) {
      return new Unknown("the btrfs superblock's checksum is wrong");
    }
    if (head.littleU64(SUPERBLOCK + 0x88) != 1) {
      return new Unknown(
          "the btrfs filesystem spans several devices, of which one alone can't be encrypted");
    }
    long blockBytes = head.littleU32(SUPERBLOCK + 0x90);
    if (blockBytes < 4096 || blockBytes > MAX_BLOCK || Long.bitCount(blockBytes) != 1) {
      return new Unknown("the btrfs superblock gives an impossible sector size");
    }
    long sizeBytes = head.littleU64(SUPERBLOCK + 0xC9 + 8);
    if (sizeBytes <= 0 || sizeBytes % blockBytes != 0) {
      return new Unknown("the btrfs superblock gives an impossible device size");
    }
    return new BtrfsGeometry(sizeBytes, (int) blockBytes, head.uuid(SUPERBLOCK + 0x20));
  }
}
