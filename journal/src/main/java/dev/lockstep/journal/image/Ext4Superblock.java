package dev.lockstep.journal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What reading needs of ext4's superblock (linux/fs/ext4/ext4.h, struct ext4_super_block), 1024
 * bytes into the filesystem:
 *
 * <pre>
 *   0x04 blocks, low    0x14 first data block   0x18 log2(block / 1024)   0x28 inodes a group   0x38 magic 0xEF53
 *   0x58 inode bytes    0x60 incompatible features   0xE0 journal's inode   0xFE group descriptor bytes   0x150 blocks, high
 * </pre>
 *
 * @param needsRecovery committed transactions lie in its journal: it was not unmounted
 */
record Ext4Superblock(
    int blockBytes,
    long blocks,
    int firstDataBlock,
    long inodes,
    int inodesPerGroup,
    int inodeBytes,
    int descriptorBytes,
    int journalInode,
    boolean needsRecovery) {
  private static final int OFFSET = 1024;
  private static final int NEEDS_RECOVERY = 0x4;
  private static final int SIXTY_FOUR_BIT = 0x80;

  /**
   * filetype, recovery, extents, 64bit, mmp, flex_bg, ea_inode, csum_seed, largedir: none changes
   * how we read.
   */
  private static final int KNOWN_FEATURES =
      0x2 | NEEDS_RECOVERY | 0x40 | SIXTY_FOUR_BIT | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000;

  /** Whether this looks like ext2, ext3 or ext4. */
  static boolean isAt(ByteSource filesystem) throws IOException {
    return filesystem.sizeBytes() >= 2 * OFFSET
        && fields(filesystem).getShort(0x38) == (short) 0xEF53;
  }

  static Ext4Superblock read(ByteSource filesystem) throws IOException {
    ByteBuffer fields = fields(filesystem);
    int features = fields.getInt(0x60);
    if ((features & ~KNOWN_FEATURES) != 0) {
      throw new IOException(
          "the ext4 filesystem has features this reader does not know (0x%x); mount it and name the folder"
              .formatted(features & ~KNOWN_FEATURES));
    }
    boolean wide = (features & SIXTY_FOUR_BIT) != 0;
    int logBlock = fields.getInt(0x18);
    require(logBlock >= 0 && logBlock <= 6, "block size");
    Ext4Superblock superblock =
        new Ext4Superblock(
            1024 << logBlock,
            Integer.toUnsignedLong(fields.getInt(0x04))
                | (wide ? Integer.toUnsignedLong(fields.getInt(0x150)) << 32 : 0),
            fields.getInt(0x14),
            Integer.toUnsignedLong(fields.getInt(0x00)),
            fields.getInt(0x28),
            fields.getInt(0x4C) == 0 ? 128 : Short.toUnsignedInt(fields.getShort(0x58)),
            wide ? Short.toUnsignedInt(fields.getShort(0xFE)) : 32,
            fields.getInt(0xE0),
            (features & NEEDS_RECOVERY) != 0);
    superblock.check();
    return superblock;
  }

  private void check() throws IOException {
    require(firstDataBlock == 0 || firstDataBlock == 1, "first block");
    require(blocks > 0 && blocks < 1L << 48, "number of blocks");
    require(inodesPerGroup > 0 && inodesPerGroup <= 8 * blockBytes, "inodes a group");
    require(inodeBytes >= 128 && inodeBytes <= blockBytes, "inode size");
    require(descriptorBytes >= 32 && descriptorBytes <= 1024, "group descriptor size");
  }

  boolean isWide() {
    return descriptorBytes >= 64;
  }

  private static void require(boolean holds, String field) throws IOException {
    if (!holds) {
      throw new IOException("the ext4 superblock's " + field + " is out of range");
    }
  }

  private static ByteBuffer fields(ByteSource filesystem) throws IOException {
    return ByteBuffer.wrap(filesystem.read(OFFSET, 1024)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
