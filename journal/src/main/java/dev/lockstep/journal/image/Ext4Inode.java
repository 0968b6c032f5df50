package dev.lockstep.journal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A file or folder of ext4, its content found through its extent tree
 * (linux/fs/ext4/ext4_extents.h):
 *
 * <pre>
 *   inode:   0x00 mode   0x04 size, low   0x20 flags   0x28 root of the tree, 60 bytes   0x6C size, high
 *   node:    0 magic 0xF30A   2 entries   6 depth (0: leaf)   12 first entry, 12 bytes each
 *   leaf:    0 first file block   4 blocks (over 32768: allocated, but zero)   6 disk block, high   8 disk block, low
 *   index:   0 first file block   4 node's disk block, low                     8 node's disk block, high
 * </pre>
 */
final class Ext4Inode {
  private static final int USES_EXTENTS = 0x80000;
  private static final int MAX_DEPTH = 5;
  private static final int MAX_EXTENTS = 65_536;

  /** A hostile tree may name one node again and again. */
  private static final int MAX_NODES = 1024;

  private static final int UNWRITTEN = 32_768;

  /** Blocks of a file and where they lie. */
  private record Extent(long fileBlock, int blocks, long diskBlock) {}

  private final Ext4Blocks blocks;
  private final int mode;
  private final long sizeBytes;
  private final List<Extent> extents = new ArrayList<>();

  private int nodes;

  private Ext4Inode(Ext4Blocks blocks, int mode, long sizeBytes) {
    this.blocks = blocks;
    this.mode = mode;
    this.sizeBytes = sizeBytes;
  }

  static Ext4Inode read(Ext4Blocks blocks, byte[] inode) throws IOException {
    ByteBuffer fields = ByteBuffer.wrap(inode).order(ByteOrder.LITTLE_ENDIAN);
    Ext4Inode read =
        new Ext4Inode(
            blocks,
            Short.toUnsignedInt(fields.getShort(0)),
            Integer.toUnsignedLong(fields.getInt(0x04))
                | Integer.toUnsignedLong(fields.getInt(0x6C)) << 32);
    if (read.isFolder() || read.isFile()) {
      if ((fields.getInt(0x20) & USES_EXTENTS) == 0) {
        throw new IOException("a file is not stored in extents, as ext4 stores its files");
      }
      byte[] root = new byte[60];
      fields.get(0x28, root);
      read.collect(root, MAX_DEPTH);
    }
    return read;
  }

  boolean isFile() {
    return (mode & 0xF000) == 0x8000;
  }

  boolean isFolder() {
    return (mode & 0xF000) == 0x4000;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  private void collect(byte[] node, int depthAllowed) throws IOException {
    ByteBuffer fields = ByteBuffer.wrap(node).order(ByteOrder.LITTLE_ENDIAN);
    int entries = Short.toUnsignedInt(fields.getShort(2));
    int depth = Short.toUnsignedInt(fields.getShort(6));
    if (fields.getShort(0) != (short) 0xF30A
        || depth > depthAllowed
        || ++nodes > MAX_NODES
        || 12 + 12 * entries > node.length) {
      throw new IOException("an extent tree is damaged");
    }
    for (int at = 12; at < 12 + 12 * entries; at += 12) {
      if (depth > 0) {
        long below =
            Integer.toUnsignedLong(fields.getInt(at + 4))
                | Short.toUnsignedLong(fields.getShort(at + 8)) << 32;
        collect(blocks.read(below), depth - 1);
      } else {
        add(fields, at);
      }
    }
  }

  private void add(ByteBuffer fields, int at) throws IOException {
    int length = Short.toUnsignedInt(fields.getShort(at + 4));
    long disk =
        Integer.toUnsignedLong(fields.getInt(at + 8))
            | Short.toUnsignedLong(fields.getShort(at + 6)) << 32;
    if (length <= UNWRITTEN) { // what is allocated and unwritten reads as zero, like a hole
      extents.add(new Extent(Integer.toUnsignedLong(fields.getInt(at)), length, disk));
    }
    if (extents.size() > MAX_EXTENTS) {
      throw new IOException("a file has more than " + MAX_EXTENTS + " extents");
    }
  }

  /** One block of the file, zeroes in a hole. */
  byte[] block(long fileBlock) throws IOException {
    for (Extent extent : extents) {
      if (fileBlock >= extent.fileBlock() && fileBlock < extent.fileBlock() + extent.blocks()) {
        return blocks.read(extent.diskBlock() + fileBlock - extent.fileBlock());
      }
    }
    return new byte[blocks.blockBytes()];
  }

  /** The first bytes of the file, at most {@code limit} of them. */
  byte[] content(int limit) throws IOException {
    byte[] content = new byte[(int) Math.min(limit, sizeBytes)];
    for (int at = 0; at < content.length; at += blocks.blockBytes()) {
      byte[] block = block(at / blocks.blockBytes());
      System.arraycopy(block, 0, content, at, Math.min(block.length, content.length - at));
    }
    return content;
  }
}
