package dev.lockstep.simulator.qemu;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine wrote to its disk, in the order in which it was done, as QEMU's {@code
 * blklogwrites} records it in the format of the kernel's dm-log-writes
 * (Documentation/admin-guide/device-mapper/log-writes.rst).
 *
 * <pre>
 *  sector 0   | magic u64 | version u64 | entries u64 | sector size u32 | zeros …
 *  an entry   | sector u64 | sectors u64 | flags u64 | data length u64 | zeros …   one sector
 *             | the data, but for a discard                                         its sectors
 *  and so on; all little endian
 * </pre>
 *
 * The number of entries in sector 0 is of no use: who pulls the plug leaves an old one. The file
 * was empty before, so the entries end where no entry is.
 */
final class WriteLog {

  static final int SECTOR_BYTES = 512;

  private static final long MAGIC = 0x6a736677736872L;
  private static final long FLUSH = 1;
  private static final long FORCED = 2;
  private static final long DISCARD = 4;
  private static final long KNOWN_FLAGS = 15; // and a mark

  /** The largest request that a guest makes, and much more. */
  private static final long MOST_SECTORS = 1 << 20;

  /**
   * One thing that was done.
   *
   * @param offsetBytes where on the disk
   * @param lengthBytes how much was written or discarded there; 0 for a mere flush
   * @param dataOffsetBytes where its data are in the log
   * @param flags as in the file
   */
  record Entry(long offsetBytes, long lengthBytes, long dataOffsetBytes, long flags) {

    /** Whether all that was done before is on the medium. */
    boolean isFlush() {
      return (flags & FLUSH) != 0;
    }

    /** Whether it is on the medium once it is done (FUA). */
    boolean isForced() {
      return (flags & FORCED) != 0;
    }

    /** Afterwards the device returns what it likes; here, zeros. */
    boolean isDiscard() {
      return (flags & DISCARD) != 0;
    }

    long endInLogBytes() {
      return dataOffsetBytes + (isDiscard() ? 0 : lengthBytes);
    }
  }

  private final Path file;
  private final List<Entry> entries;

  private WriteLog(Path file, List<Entry> entries) {
    this.file = file;
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads the order of things; the data stay where they are.
   *
   * @throws IOException also when it is no such log
   */
  static WriteLog read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (FileChannel log = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer head = sector(log, 0);
      if (head.getLong() != MAGIC || head.getLong() != 1) {
        throw new IOException(file + " is no write log");
      }
      head.getLong(); // the entries' number, see above
      if (head.getInt() != SECTOR_BYTES) {
        throw new IOException(file + " has sectors of another size");
      }
      long at = SECTOR_BYTES;
      while (at + SECTOR_BYTES <= log.size()) {
        ByteBuffer words = sector(log, at);
        Entry entry =
            new Entry(
                words.getLong() * SECTOR_BYTES,
                words.getLong() * SECTOR_BYTES,
                at + SECTOR_BYTES,
                words.getLong());
        boolean isThere = entry.lengthBytes() > 0 || entry.flags() != 0;
        if (!isThere || entry.endInLogBytes() > log.size()) {
          break; // the plug was pulled while it was written
        }
        if (entry.flags() > KNOWN_FLAGS || entry.lengthBytes() > MOST_SECTORS * SECTOR_BYTES) {
          throw new IOException(file + " is damaged at byte " + at);
        }
        entries.add(entry);
        at = entry.endInLogBytes();
      }
    }
    return new WriteLog(file, entries);
  }

  private static ByteBuffer sector(FileChannel log, long at) throws IOException {
    ByteBuffer sector = ByteBuffer.allocate(SECTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (sector.hasRemaining()) {
      if (log.read(sector, at + sector.position()) < 0) {
        throw new EOFException("a write log of " + log.size() + " bytes");
      }
    }
    return sector.flip();
  }

  List<Entry> entries() {
    return entries;
  }

  /** Where the log has these bytes; the channel is the caller's. */
  FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /** How many of its entries were there when the file had this length. */
  int entriesWithin(long logBytes) {
    int count = 0;
    while (count < entries.size() && entries.get(count).endInLogBytes() <= logBytes) {
      count++;
    }
    return count;
  }
}
