package dev.lockstep.journal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The partitions of a GUID partition table (UEFI specification 2.10, section 5.3), little endian:
 *
 * <pre>
 *   header, second sector of the disk, copy in its last:  0 "EFI PART"   12 header bytes   16 CRC32 of the header (itself as 0)
 *                     72 first sector of the entries   80 number of entries   84 bytes an entry   88 CRC32 of the entries
 *   entry:             0 type GUID (zero: unused)   32 first sector   40 last sector, inclusive
 * </pre>
 */
public final class PartitionTable {
  private static final long SIGNATURE = 0x5452_4150_2049_4645L;
  private static final int MAX_ENTRIES = 1024;
  private static final int HEADER_BYTES = 92;

  private PartitionTable() {}

  /** The partitions as parts of {@code disk}; empty where there is no valid table. */
  public static List<ByteSource> read(ByteSource disk) {
    for (int sectorBytes : new int[] {512, 4096}) {
      for (long header : new long[] {sectorBytes, disk.sizeBytes() - sectorBytes}) {
        Optional<List<ByteSource>> partitions = tryToRead(disk, header, sectorBytes);
        if (partitions.isPresent()) {
          return partitions.get();
        }
      }
    }
    return List.of();
  }

  /** Empty where the table is not there or damaged: its copy, or another sector size, may do. */
  private static Optional<List<ByteSource>> tryToRead(ByteSource disk, long at, int sectorBytes) {
    try {
      return Optional.of(read(disk, at, sectorBytes));
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  private static List<ByteSource> read(ByteSource disk, long at, int sectorBytes)
      throws IOException {
    byte[] bytes = disk.read(at, HEADER_BYTES);
    ByteBuffer header = little(bytes);
    int headerCrc = header.getInt(16);
    header.putInt(16, 0);
    if (header.getLong(0) != SIGNATURE
        || header.getInt(12) != HEADER_BYTES
        || crc(bytes) != headerCrc) {
      throw new IOException("no partition table");
    }
    int entries = header.getInt(80);
    int entryBytes = header.getInt(84);
    if (entries < 0 || entries > MAX_ENTRIES || entryBytes < 128 || entryBytes > 4096) {
      throw new IOException("a partition table out of range");
    }
    byte[] table = disk.read(offset(header.getLong(72), sectorBytes), entries * entryBytes);
    if (crc(table) != header.getInt(88)) {
      throw new IOException("damaged partition entries");
    }
    List<ByteSource> partitions = new ArrayList<>();
    for (int entry = 0; entry < entries; entry++) {
      ByteBuffer fields = little(table).slice(entry * entryBytes, entryBytes);
      partition(disk, fields.order(ByteOrder.LITTLE_ENDIAN), sectorBytes, partitions);
    }
    return partitions;
  }

  private static void partition(
      ByteSource disk, ByteBuffer entry, int sectorBytes, List<ByteSource> partitions)
      throws IOException {
    boolean unused = entry.getLong(0) == 0 && entry.getLong(8) == 0;
    long first = entry.getLong(32);
    long last = entry.getLong(40);
    if (!unused && first > 0 && last >= first && last < disk.sizeBytes() / sectorBytes) {
      partitions.add(disk.slice(offset(first, sectorBytes), (last - first + 1) * sectorBytes));
    }
  }

  private static long offset(long sector, int sectorBytes) throws IOException {
    if (sector < 0 || sector > Long.MAX_VALUE / sectorBytes) {
      throw new IOException("a sector out of range");
    }
    return sector * sectorBytes;
  }

  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
