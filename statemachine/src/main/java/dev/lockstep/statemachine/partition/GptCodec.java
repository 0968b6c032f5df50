package dev.lockstep.statemachine.partition;

import io.vavr.control.Either;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The bytes of a {@link Gpt}, all little endian.
 *
 * <pre>
 *  header  0          8         12      16     20      24     32       40       48       56     72       80      84      88
 *         +----------+---------+-------+------+-------+------+--------+--------+--------+------+--------+-------+-------+------+
 *         |"EFI PART"|revision |header |CRC32 |zero   |own   |other   |first   |last    |disk  |entries'|number |size of|CRC32 |
 *         |          |1.0      |size 92|header|       |sector|header's|usable  |usable  |GUID  |sector  |of     |an     |of    |
 *         |          |         |       |      |       |      |sector  |sector  |sector  |      |        |entries|entry  |them  |
 *         +----------+---------+-------+------+-------+------+--------+--------+--------+------+--------+-------+-------+------+
 *
 *  entry   0        16      32        40       48           56
 *         +--------+-------+---------+--------+------------+------------------+
 *         |type    |id     |first    |last    |attributes  |name, UTF-16,     |
 *         |GUID    |GUID   |sector   |sector  |            |36 units          |
 *         +--------+-------+---------+--------+------------+------------------+
 *
 *  MBR     446: one entry {status 0, start CHS 00 02 00, type EE, end CHS FF FF FF, start 1, sectors min(N-1, FFFFFFFF)}
 *          510: 55 AA
 * </pre>
 */
public final class GptCodec {
  private static final byte[] SIGNATURE = "EFI PART".getBytes(StandardCharsets.US_ASCII);
  private static final int REVISION = 0x0001_0000;
  private static final int HEADER_BYTES = 92;
  private static final int MBR_ENTRY = 446;
  private static final int MBR_SIGNATURE = 510;
  private static final UUID NIL = new UUID(0, 0);

  private GptCodec() {}

  /** The disk's first sectors: protective MBR, primary header, entries. */
  public static byte[] primary(Gpt gpt) {
    int sector = gpt.sectorBytes();
    byte[] disk = new byte[Math.toIntExact(gpt.firstUsable() * sector)];
    ByteBuffer bytes = littleEndian(disk);
    putProtectiveMbr(bytes, gpt.diskSectors());
    byte[] entries = entries(gpt);
    bytes.put(2 * sector, entries);
    putHeader(bytes, sector, gpt, entries, 1, gpt.diskSectors() - 1, 2);
    return disk;
  }

  /** The disk's last sectors: entries, backup header. They start at {@link #backupOffsetBytes}. */
  public static byte[] backup(Gpt gpt) {
    int sector = gpt.sectorBytes();
    byte[] entries = entries(gpt);
    byte[] disk = new byte[entries.length + sector];
    ByteBuffer bytes = littleEndian(disk);
    bytes.put(0, entries);
    putHeader(bytes, entries.length, gpt, entries, gpt.diskSectors() - 1, 1, gpt.lastUsable() + 1);
    return disk;
  }

  /** Where {@link #backup} starts on the disk. */
  public static long backupOffsetBytes(int sectorBytes, long diskSectors) {
    return (diskSectors - 1 - Gpt.entrySectors(sectorBytes)) * sectorBytes;
  }

  /** How many bytes {@link #parsePrimary} wants to see. */
  public static int primaryBytes(int sectorBytes) {
    return (2 + Gpt.entrySectors(sectorBytes)) * sectorBytes;
  }

  /** How many bytes {@link #parseBackup} wants to see. */
  public static int backupBytes(int sectorBytes) {
    return (1 + Gpt.entrySectors(sectorBytes)) * sectorBytes;
  }

  /**
   * Reads the disk's first {@link #primaryBytes}; the left side says in one sentence what is wrong.
   */
  public static Either<String, Gpt> parsePrimary(byte[] bytes, int sectorBytes, long diskSectors) {
    ByteBuffer buffer = littleEndian(bytes);
    if (bytes.length < primaryBytes(sectorBytes)) {
      return Either.left("the disk is too small to hold a GPT");
    }
    if (buffer.get(MBR_SIGNATURE) != 0x55
        || buffer.get(MBR_SIGNATURE + 1) != (byte) 0xAA
        || buffer.get(MBR_ENTRY + 4) != (byte) 0xEE) {
      return Either.left("the disk has no GPT: its first sector is not a protective MBR");
    }
    return parse(
        buffer, sectorBytes, 2 * sectorBytes, new Place("primary", 1, 2, sectorBytes, diskSectors));
  }

  /**
   * Reads the disk's last {@link #backupBytes}; the left side says in one sentence what is wrong.
   */
  public static Either<String, Gpt> parseBackup(byte[] bytes, int sectorBytes, long diskSectors) {
    if (bytes.length < backupBytes(sectorBytes)) {
      return Either.left("the disk is too small to hold a GPT");
    }
    long entriesSector = backupOffsetBytes(sectorBytes, diskSectors) / sectorBytes;
    return parse(
        littleEndian(bytes),
        bytes.length - sectorBytes,
        0,
        new Place("backup", diskSectors - 1, entriesSector, sectorBytes, diskSectors));
  }

  /** Where a header must say that it and its entries are. */
  private record Place(
      String name, long headerSector, long entriesSector, int sectorBytes, long diskSectors) {}

  private static Either<String, Gpt> parse(
      ByteBuffer bytes, int headerAt, int entriesAt, Place place) {
    byte[] signature = new byte[SIGNATURE.length];
    bytes.get(headerAt, signature);
    if (!Arrays.equals(signature, SIGNATURE)) {
      return Either.left("the %s GPT header is missing".formatted(place.name()));
    }
    int headerBytes = bytes.getInt(headerAt + 12);
    if (headerBytes != HEADER_BYTES
        || crc32(headerWithoutCrc(bytes, headerAt)) != bytes.getInt(headerAt + 16)) {
      return Either.left("the %s GPT header's checksum is wrong".formatted(place.name()));
    }
    if (bytes.getLong(headerAt + 24) != place.headerSector()
        || bytes.getLong(headerAt + 72) != place.entriesSector()) {
      return Either.left(
          "the %s GPT header was written for another place: the disk was grown, shrunk or copied since"
              .formatted(place.name()));
    }
    if (bytes.getInt(headerAt + 80) != Gpt.ENTRIES
        || bytes.getInt(headerAt + 84) != Gpt.ENTRY_BYTES) {
      return Either.left(
          "the %s GPT does not have 128 entries of 128 bytes, the only form read here"
              .formatted(place.name()));
    }
    byte[] entries = new byte[Gpt.ENTRIES * Gpt.ENTRY_BYTES];
    bytes.get(entriesAt, entries);
    if (crc32(entries) != bytes.getInt(headerAt + 88)) {
      return Either.left("the %s GPT entries' checksum is wrong".formatted(place.name()));
    }
    try {
      return Either.right(
          new Gpt(
              Guid.get(bytes, headerAt + 56),
              place.sectorBytes(),
              place.diskSectors(),
              parseEntries(entries)));
    } catch (IllegalArgumentException e) {
      return Either.left(
          "the %s GPT contradicts itself: %s".formatted(place.name(), e.getMessage()));
    }
  }

  private static List<GptPartition> parseEntries(byte[] bytes) {
    ByteBuffer entries = littleEndian(bytes);
    List<GptPartition> partitions = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += Gpt.ENTRY_BYTES) {
      UUID type = Guid.get(entries, at);
      if (!type.equals(NIL)) {
        String name =
            new String(bytes, at + 56, GptPartition.NAME_BYTES, StandardCharsets.UTF_16LE);
        int end = name.indexOf('\0');
        partitions.add(
            new GptPartition(
                type,
                Guid.get(entries, at + 16),
                entries.getLong(at + 32),
                entries.getLong(at + 40),
                entries.getLong(at + 48),
                end < 0 ? name : name.substring(0, end)));
      }
    }
    return partitions;
  }

  private static byte[] entries(Gpt gpt) {
    byte[] table = new byte[Gpt.ENTRIES * Gpt.ENTRY_BYTES];
    ByteBuffer entries = littleEndian(table);
    int at = 0;
    for (GptPartition partition : gpt.partitions()) {
      Guid.put(entries, at, partition.type());
      Guid.put(entries, at + 16, partition.id());
      entries.putLong(at + 32, partition.firstSector());
      entries.putLong(at + 40, partition.lastSector());
      entries.putLong(at + 48, partition.attributes());
      entries.put(at + 56, partition.name().getBytes(StandardCharsets.UTF_16LE));
      at += Gpt.ENTRY_BYTES;
    }
    return table;
  }

  private static void putHeader(
      ByteBuffer bytes,
      int at,
      Gpt gpt,
      byte[] entries,
      long ownSector,
      long otherSector,
      long entriesSector) {
    bytes.put(at, SIGNATURE);
    bytes.putInt(at + 8, REVISION);
    bytes.putInt(at + 12, HEADER_BYTES);
    bytes.putLong(at + 24, ownSector);
    bytes.putLong(at + 32, otherSector);
    bytes.putLong(at + 40, gpt.firstUsable());
    bytes.putLong(at + 48, gpt.lastUsable());
    Guid.put(bytes, at + 56, gpt.diskId());
    bytes.putLong(at + 72, entriesSector);
    bytes.putInt(at + 80, Gpt.ENTRIES);
    bytes.putInt(at + 84, Gpt.ENTRY_BYTES);
    bytes.putInt(at + 88, crc32(entries));
    bytes.putInt(at + 16, crc32(headerWithoutCrc(bytes, at)));
  }

  private static void putProtectiveMbr(ByteBuffer bytes, long diskSectors) {
    bytes.put(
        MBR_ENTRY, new byte[] {0, 0, 2, 0, (byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
    bytes.putInt(MBR_ENTRY + 8, 1);
    bytes.putInt(MBR_ENTRY + 12, (int) Math.min(diskSectors - 1, 0xFFFF_FFFFL));
    bytes.put(MBR_SIGNATURE, new byte[] {0x55, (byte) 0xAA});
  }

  private static byte[] headerWithoutCrc(ByteBuffer bytes, int at) {
    byte[] header = new byte[HEADER_BYTES];
    bytes.get(at, header);
    littleEndian(header).putInt(16, 0);
    return header;
  }

  private static int crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
