package dev.lockstep.journal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What mounting would do to a filesystem that was not unmounted, done in memory: the blocks of all
 * committed transactions of its journal (linux/include/linux/jbd2.h; big endian).
 *
 * <pre>
 *   every block:  0 magic 0xC03B3998   4 type (1 descriptor, 2 commit, 3 and 4 superblock, 5 revoke)   8 transaction
 *   superblock:   0x0C block bytes   0x10 blocks   0x14 first of the log   0x18 first transaction   0x1C its block (0: empty)
 *                 0x28 incompatible features
 *   descriptor:   12 tags; the blocks they name follow it in the log
 *   revoke:       12 bytes used   16 block numbers that no older transaction may restore
 * </pre>
 *
 * A transaction counts when its commit block is there: the kernel writes that one behind a flush.
 */
final class Ext4Recovery {
  private static final int MAGIC = 0xC03B_3998;
  private static final int SIXTY_FOUR_BIT = 0x2;
  private static final int CHECKSUM_2 = 0x8;
  private static final int CHECKSUM_3 = 0x10;
  private static final int KNOWN_FEATURES = 0x1 | SIXTY_FOUR_BIT | 0x4 | CHECKSUM_2 | CHECKSUM_3;
  private static final int MAX_LOG_BLOCKS = 1 << 20;

  private static final int ESCAPED = 1;
  private static final int SAME_UUID = 2;
  private static final int LAST_TAG = 8;

  /** Where a block's newest committed content lies in the log. */
  private record Restored(int logBlock, boolean escaped, int transaction) {}

  private final Ext4Inode log;
  private final int features;
  private final int blocks;
  private final int first;
  private final Map<Long, Restored> restored = new HashMap<>();

  private Ext4Recovery(Ext4Inode log, ByteBuffer superblock) {
    this.log = log;
    this.features = superblock.getInt(0x28);
    this.blocks = superblock.getInt(0x10);
    this.first = superblock.getInt(0x14);
  }

  /** Reads the log; a log without transactions restores nothing. */
  static Ext4Recovery read(Ext4Inode log, int blockBytes) throws IOException {
    ByteBuffer superblock = ByteBuffer.wrap(log.block(0));
    int type = superblock.getInt(4);
    if (superblock.getInt(0) != MAGIC
        || (type != 3 && type != 4)
        || superblock.getInt(0x0C) != blockBytes) {
      throw new IOException("the filesystem's own journal is damaged");
    }
    Ext4Recovery recovery = new Ext4Recovery(log, superblock);
    recovery.check();
    if (superblock.getInt(0x1C) != 0) {
      recovery.replay(superblock.getInt(0x1C), superblock.getInt(0x18));
    }
    return recovery;
  }

  private void check() throws IOException {
    if ((features & ~KNOWN_FEATURES) != 0) {
      throw new IOException(
          "the filesystem's own journal has features this reader does not know (0x%x); mount it and name the folder"
              .formatted(features & ~KNOWN_FEATURES));
    }
    if (first < 1 || blocks <= first || blocks > MAX_LOG_BLOCKS) {
      throw new IOException("the filesystem's own journal is out of range");
    }
  }

  /** The content that recovery gives {@code block}, empty where it leaves it alone. */
  Optional<byte[]> content(long block) throws IOException {
    Restored found = restored.get(block);
    if (found == null) {
      return Optional.empty();
    }
    byte[] content = log.block(found.logBlock());
    if (found.escaped()) {
      ByteBuffer.wrap(content)
          .putInt(0, MAGIC); // it was taken out so that the block would not look like the log's own
    }
    return Optional.of(content);
  }

  /** Transaction by transaction: what one names counts once its commit block has been seen. */
  private void replay(int start, int firstTransaction) throws IOException {
    Map<Long, Restored> pending = new HashMap<>();
    Map<Long, Integer> revoked = new HashMap<>();
    int transaction = firstTransaction;
    int at = start;
    for (int steps = 0; steps < blocks && at >= first && at < blocks; steps++) {
      ByteBuffer block = ByteBuffer.wrap(log.block(at));
      if (block.getInt(0) != MAGIC || block.getInt(8) != transaction) {
        return;
      }
      at = next(at);
      switch (block.getInt(4)) {
        case 1 -> at = descriptor(block, at, transaction, pending);
        case 2 -> {
          restored.putAll(pending);
          pending.clear();
          revoked.forEach(
              (number, by) ->
                  restored.computeIfPresent(
                      number, (n, old) -> old.transaction() <= by ? null : old));
          revoked.clear();
          transaction++;
        }
        case 5 -> revoke(block, transaction, revoked);
        default -> {
          return;
        }
      }
    }
  }

  /** Returns where the log goes on behind the blocks that the descriptor names. */
  private int descriptor(
      ByteBuffer block, int behind, int transaction, Map<Long, Restored> pending) {
    int tagBytes = tagBytes();
    int end = block.capacity() - ((features & (CHECKSUM_2 | CHECKSUM_3)) != 0 ? 4 : 0);
    int at = behind;
    for (int tag = 12; tag + tagBytes <= end; ) {
      int flags = (features & CHECKSUM_3) != 0 ? block.getInt(tag + 4) : block.getShort(tag + 6);
      long number = Integer.toUnsignedLong(block.getInt(tag));
      if ((features & SIXTY_FOUR_BIT) != 0) {
        number |= Integer.toUnsignedLong(block.getInt(tag + 8)) << 32;
      }
      pending.put(number, new Restored(at, (flags & ESCAPED) != 0, transaction));
      at = next(at);
      if ((flags & LAST_TAG) != 0) {
        break;
      }
      tag += tagBytes + ((flags & SAME_UUID) != 0 ? 0 : 16);
    }
    return at;
  }

  /** As jbd2's journal_tag_bytes. */
  private int tagBytes() {
    if ((features & CHECKSUM_3) != 0) {
      return 16;
    }
    int wide = 12 + ((features & CHECKSUM_2) != 0 ? 2 : 0);
    return (features & SIXTY_FOUR_BIT) != 0 ? wide : wide - 4;
  }

  private void revoke(ByteBuffer block, int transaction, Map<Long, Integer> revoked) {
    int used = Math.min(block.getInt(12), block.capacity());
    boolean wide = (features & SIXTY_FOUR_BIT) != 0;
    int entry = wide ? 8 : 4;
    for (int at = 16; at + entry <= used; at += entry) {
      revoked.put(wide ? block.getLong(at) : Integer.toUnsignedLong(block.getInt(at)), transaction);
    }
  }

  private int next(int block) {
    return block + 1 >= blocks ? first : block + 1;
  }
}
