package dev.lockstep.journal.generation;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What is left on a disk whose power went: everything up to the last flush that was answered, and
 * of the writes since then any mixture of sectors. Takes the writes from a log of QEMU's {@code
 * blklogwrites} driver (dm-log-writes, Documentation/admin-guide/device-mapper/log-writes.rst;
 * little endian, S = 512):
 *
 * <pre>
 *   0        S: magic, version, entries, sector size (only kept up to date now and then: not read)
 *   S        entry: u64 first sector, u64 sectors, u64 flags, u64 data length; filled up to S
 *   2 S      the entry's data, unless it is a discard; then the next entry
 * </pre>
 */
public final class CutDisk {
  private static final int SECTOR_BYTES = 512;
  private static final long FLUSH = 1;
  private static final long FORCE_UNIT_ACCESS = 2;
  private static final long DISCARD = 4;

  /** A sector number past any disk here: the log's rest is zero or torn. */
  private static final long MAX_SECTORS = 1 << 22;

  private record Entry(long sector, long sectors, long flags, long dataAt) {
    boolean has(long flag) {
      return (flags & flag) != 0;
    }

    /** Where in the log the next entry begins. */
    long end() {
      return dataAt + (has(DISCARD) ? 0 : sectors * SECTOR_BYTES);
    }
  }

  private CutDisk() {}

  /**
   * Takes the disk as it was before the machine started, the log, a seed, and the log's size in
   * bytes before which the cut must not come; the disk becomes what the cut left.
   */
  public static void main(String[] arguments) throws IOException {
    try (FileChannel disk = FileChannel.open(Path.of(arguments[0]), READ, WRITE);
        FileChannel log = FileChannel.open(Path.of(arguments[1]), READ)) {
      Random random = new Random(Long.parseLong(arguments[2]));
      List<Entry> entries = entriesUntilCut(log, Long.parseLong(arguments[3]), random);
      int durable = 0;
      for (int at = 0; at < entries.size(); at++) {
        if (entries.get(at).has(FLUSH)) {
          durable = at + 1;
        }
      }
      int share = random.nextInt(5); // of four; nothing and everything among them
      int unflushedSectors = 0;
      int keptSectors = 0;
      for (int at = 0; at < entries.size(); at++) {
        Entry entry = entries.get(at);
        for (long sector = 0; sector < entry.sectors(); sector++) {
          boolean certain = at < durable || entry.has(FORCE_UNIT_ACCESS);
          boolean kept = certain || random.nextInt(4) < share;
          unflushedSectors += certain ? 0 : 1;
          keptSectors += kept && !certain ? 1 : 0;
          if (kept) {
            copy(log, entry, sector, disk);
          }
        }
      }
      System.out.printf(
          "%d writes and flushes, %d of them behind the last flush, of whose %d sectors %d were kept%n",
          entries.size(), entries.size() - durable, unflushedSectors, keptSectors);
    }
  }

  private static List<Entry> entriesUntilCut(FileChannel log, long notBefore, Random random)
      throws IOException {
    List<Entry> entries = entries(log);
    int certain = (int) entries.stream().filter(entry -> entry.end() <= notBefore).count();
    return entries.subList(0, certain + random.nextInt(entries.size() - certain + 1));
  }

  private static List<Entry> entries(FileChannel log) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long at = SECTOR_BYTES;
    while (at + SECTOR_BYTES <= log.size()) {
      ByteBuffer head = read(log, at, 32).order(ByteOrder.LITTLE_ENDIAN);
      Entry entry = new Entry(head.getLong(), head.getLong(), head.getLong(), at + SECTOR_BYTES);
      boolean written = entry.sectors() > 0 || entry.flags() != 0;
      if (!written || entry.sector() + entry.sectors() > MAX_SECTORS) {
        break;
      }
      at = entry.end();
      if (at > log.size()) {
        break; // QEMU was killed while it wrote this: nobody was told
      }
      entries.add(entry);
    }
    return entries;
  }

  private static void copy(FileChannel log, Entry entry, long sector, FileChannel disk)
      throws IOException {
    ByteBuffer bytes =
        entry.has(DISCARD)
            ? ByteBuffer.allocate(SECTOR_BYTES)
            : read(log, entry.dataAt() + sector * SECTOR_BYTES, SECTOR_BYTES);
    disk.write(bytes, (entry.sector() + sector) * SECTOR_BYTES);
  }

  private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException("the log ends at byte " + (at + bytes.position()));
      }
    }
    return bytes.flip();
  }
}
