package dev.lockstep.journal.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads files out of an ext4 filesystem that is not mounted, as they would be after a mount: what
 * its own journal holds is applied in memory. Writes nothing, and bounds whatever it reads by what
 * a damaged or hostile filesystem may claim.
 *
 * <pre>
 *   group descriptor:  0x08 inode table's block, low   0x28 the same, high (64bit)
 *   folder entry:      0 inode (0: unused)   4 entry bytes   6 name bytes   8 name
 * </pre>
 */
final class Ext4Filesystem implements Ext4Blocks {
  private static final int ROOT_INODE = 2;
  private static final int MAX_FOLDER_BYTES = 4 * 1024 * 1024;

  private final ByteSource source;
  private final Ext4Superblock superblock;
  private Optional<Ext4Recovery> recovery = Optional.empty();

  private Ext4Filesystem(ByteSource source, Ext4Superblock superblock) {
    this.source = source;
    this.superblock = superblock;
  }

  static Ext4Filesystem open(ByteSource source) throws IOException {
    Ext4Superblock superblock = Ext4Superblock.read(source);
    Ext4Filesystem filesystem = new Ext4Filesystem(source, superblock);
    if (superblock.needsRecovery()) {
      Ext4Inode log = filesystem.inode(Integer.toUnsignedLong(superblock.journalInode()));
      filesystem.recovery = Optional.of(Ext4Recovery.read(log, superblock.blockBytes()));
    }
    return filesystem;
  }

  /** The file or folder at an absolute path; no link is followed. */
  Optional<Ext4Inode> find(String path) throws IOException {
    Ext4Inode found = inode(ROOT_INODE);
    for (String name : path.substring(1).split("/", -1)) {
      Long number = found.isFolder() ? entries(found).get(name) : null;
      if (number == null) {
        return Optional.empty();
      }
      found = inode(number);
    }
    return Optional.of(found);
  }

  /** Names and inode numbers in a folder, without "." and "..". */
  Map<String, Long> entries(Ext4Inode folder) throws IOException {
    Map<String, Long> entries = new TreeMap<>();
    if (folder.sizeBytes() > MAX_FOLDER_BYTES) {
      throw new IOException("a folder has more than %d bytes".formatted(MAX_FOLDER_BYTES));
    }
    byte[] content = folder.content(MAX_FOLDER_BYTES);
    for (int block = 0; block + blockBytes() <= content.length; block += blockBytes()) {
      entriesOfBlock(ByteBuffer.wrap(content, block, blockBytes()).slice(), entries);
    }
    entries.remove(".");
    entries.remove("..");
    return entries;
  }

  private static void entriesOfBlock(ByteBuffer block, Map<String, Long> entries) {
    block.order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at + 8 <= block.capacity()) {
      long inode = Integer.toUnsignedLong(block.getInt(at));
      int length = Short.toUnsignedInt(block.getShort(at + 4));
      int nameLength = Byte.toUnsignedInt(block.get(at + 6));
      if (length < 8 || at + length > block.capacity() || 8 + nameLength > length) {
        return;
      }
      if (inode != 0 && nameLength > 0) {
        byte[] name = new byte[nameLength];
        block.get(at + 8, name);
        entries.put(new String(name, UTF_8), inode);
      }
      at += length;
    }
  }

  Ext4Inode inode(long number) throws IOException {
    if (number < 1 || number > superblock.inodes()) {
      throw new IOException("inode %d is out of range".formatted(number));
    }
    long group = (number - 1) / superblock.inodesPerGroup();
    long index = (number - 1) % superblock.inodesPerGroup();
    byte[] descriptor =
        bytes(
            (superblock.firstDataBlock() + 1L) * blockBytes()
                + group * superblock.descriptorBytes(),
            superblock.descriptorBytes());
    ByteBuffer fields = ByteBuffer.wrap(descriptor).order(ByteOrder.LITTLE_ENDIAN);
    long table =
        Integer.toUnsignedLong(fields.getInt(0x08))
            | (superblock.isWide() ? Integer.toUnsignedLong(fields.getInt(0x28)) << 32 : 0);
    if (table < 0 || table >= superblock.blocks()) {
      throw new IOException("an inode table lies outside the filesystem");
    }
    return Ext4Inode.read(
        this,
        bytes(table * blockBytes() + index * superblock.inodeBytes(), superblock.inodeBytes()));
  }

  /** Bytes that lie within one block. */
  private byte[] bytes(long offset, int length) throws IOException {
    byte[] block = read(offset / blockBytes());
    int within = (int) (offset % blockBytes());
    if (within + length > block.length) {
      throw new IOException("an entry crosses the end of its block");
    }
    return Arrays.copyOfRange(block, within, within + length);
  }

  @Override
  public int blockBytes() {
    return superblock.blockBytes();
  }

  @Override
  public byte[] read(long block) throws IOException {
    if (block < 0 || block >= superblock.blocks()) {
      throw new IOException("block %d lies outside the filesystem".formatted(block));
    }
    Optional<byte[]> recovered =
        recovery.isPresent() ? recovery.get().content(block) : Optional.empty();
    return recovered.isPresent()
        ? recovered.get()
        : source.read(block * blockBytes(), blockBytes());
  }
}
