package dev.lockstep.journal.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lockstep.journal.scan.GenerationLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An ext4 filesystem made by hand, as small as a reader takes it, so that each field can lie.
 * Blocks of 4096 bytes:
 *
 * <pre>
 *   0 superblock (at byte 1024)   1 group descriptor   2, 3 inode table, 64 of 128 bytes
 *   4 /   5 /lockstep   6 an extent tree's node   8 .. 1031 /lockstep/journal   1032 .. one file for all names
 * </pre>
 */
final class HostileImage {
  static final int JOURNAL_INODE = 12;
  private static final int BLOCK = 4096;
  private static final int ROOT_INODE = 2;
  private static final int LOCKSTEP_INODE = 11;
  private static final int FILE_INODE = 13;
  private static final int FOLDER_AT = 8;
  private static final int FOLDER_BLOCKS = 1024;
  private static final int FILE_AT = FOLDER_AT + FOLDER_BLOCKS;
  private static final int FILE_BLOCKS = GenerationLayout.FILE_BYTES / BLOCK;
  private static final int BLOCKS = FILE_AT + FILE_BLOCKS;
  private static final int FOLDER_MODE = 0x4000;
  private static final int FILE_MODE = 0x8000;
  private static final short EXTENT_MAGIC = (short) 0xF30A;

  private final ByteBuffer image =
      ByteBuffer.allocate(BLOCKS * BLOCK).order(ByteOrder.LITTLE_ENDIAN);

  HostileImage() {
    int superblock = 1024;
    image.putInt(superblock, 64).putInt(superblock + 0x04, BLOCKS).putInt(superblock + 0x18, 2);
    image.putInt(superblock + 0x28, 64).putShort(superblock + 0x38, (short) 0xEF53);
    image.putInt(superblock + 0x4C, 1).putShort(superblock + 0x58, (short) 128);
    image.putInt(superblock + 0x60, 0x42);
    image.putInt(BLOCK + 0x08, 2);
    inode(ROOT_INODE, FOLDER_MODE, BLOCK, 4, 1);
    inode(LOCKSTEP_INODE, FOLDER_MODE, BLOCK, 5, 1);
    inode(JOURNAL_INODE, FOLDER_MODE, FOLDER_BLOCKS * BLOCK, FOLDER_AT, FOLDER_BLOCKS);
    inode(FILE_INODE, FILE_MODE, GenerationLayout.FILE_BYTES, FILE_AT, FILE_BLOCKS);
    entry(4 * BLOCK, BLOCK, LOCKSTEP_INODE, "lockstep");
    entry(5 * BLOCK, BLOCK, JOURNAL_INODE, "journal");
    image.put(FILE_AT * BLOCK + 500, (byte) 1);
  }

  /** Names in the journal's folder from gen000.cq4 on, all of one file. */
  void generations(int count) {
    int generation = 0;
    for (int block = 0; block < FOLDER_BLOCKS && generation < count; block++) {
      int at = 0;
      while (at + 24 <= BLOCK && generation < count) {
        boolean last = at + 48 > BLOCK || generation == count - 1;
        entry(
            (FOLDER_AT + block) * BLOCK + at,
            last ? BLOCK - at : 24,
            FILE_INODE,
            GenerationLayout.fileName(generation++));
        at += 24;
      }
    }
  }

  /** A file's tree that is full of ways back to its own node. */
  void selfNamingTree(int inode) {
    int root = inodeAt(inode) + 0x28;
    node(root, 4, 5);
    node(6 * BLOCK, 340, 4);
    for (int entry = 0; entry < 4; entry++) {
      image.putInt(root + 12 + 12 * entry + 4, 6).putInt(root + 12 + 12 * entry + 8, 0);
    }
    for (int entry = 0; entry < 340; entry++) {
      image.putInt(6 * BLOCK + 12 + 12 * entry + 4, 6);
    }
  }

  void sizeOfFile(long bytes) {
    image.putInt(inodeAt(FILE_INODE) + 0x04, (int) bytes);
    image.putInt(inodeAt(FILE_INODE) + 0x6C, (int) (bytes >>> 32));
  }

  Path write(Path file) throws IOException {
    return Files.write(file, image.array());
  }

  private void inode(int number, int mode, int sizeBytes, int firstBlock, int blocks) {
    int at = inodeAt(number);
    image.putShort(at, (short) mode).putInt(at + 0x04, sizeBytes).putInt(at + 0x20, 0x80000);
    node(at + 0x28, 1, 0);
    image.putShort(at + 0x28 + 12 + 4, (short) blocks).putInt(at + 0x28 + 12 + 8, firstBlock);
  }

  private static int inodeAt(int number) {
    return 2 * BLOCK + (number - 1) * 128;
  }

  private void node(int at, int entries, int depth) {
    image.putShort(at, EXTENT_MAGIC).putShort(at + 2, (short) entries);
    image.putShort(at + 6, (short) depth);
  }

  private void entry(int at, int length, int inode, String name) {
    image.putInt(at, inode).putShort(at + 4, (short) length).put(at + 6, (byte) name.length());
    image.put(at + 8, name.getBytes(US_ASCII));
  }
}
