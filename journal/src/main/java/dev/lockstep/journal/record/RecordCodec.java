package dev.lockstep.journal.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vavr.control.Either;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a record. All numbers are big endian and unsigned unless it says so; T = type
 * length, P = payload length.
 *
 * <pre>
 *    0                8       10      12              16              20              24
 *   +----------------+-------+-------+---------------+---------------+---------------+
 *   | "LKSTPREC"     |format | T     | P             | generation    | type version  |
 *   +----------------+-------+-------+---------------+---------------+---------------+
 *   24               32                              48              56
 *   +----------------+-------------------------------+----------------+
 *   | sequence       | boot id (UUID, 16 bytes)      | time, ms signed|
 *   +----------------+-------------------------------+----------------+
 *   56                                               88
 *   +------------------------------------------------+
 *   | SHA-256 of the record before (zero for seq. 0) |
 *   +------------------------------------------------+
 *   88        88+T       88+T+P                        120+T+P         124+T+P
 *   +---------+----------+-----------------------------+---------------+
 *   | type    | payload  | SHA-256 of bytes 0..88+T+P  | CRC32C        |
 *   +---------+----------+-----------------------------+---------------+
 * </pre>
 *
 * The CRC32C covers every byte before it, the SHA-256 too: so a flipped bit anywhere, in the magic,
 * in a length, in the hash or in the checksum itself, is found. The checksum is looked at first, as
 * it is the cheap one.
 */
public final class RecordCodec {
  public static final int FORMAT_VERSION = 1;

  /** Bytes before the type. */
  public static final int HEAD_BYTES = 88;

  /** Bytes after the payload: SHA-256 and CRC32C. */
  public static final int TAIL_BYTES = Sha256.LENGTH_BYTES + Integer.BYTES;

  public static final int MAX_BYTES =
      HEAD_BYTES + JournalRecord.MAX_TYPE_LENGTH + Payload.MAX_BYTES + TAIL_BYTES;

  private static final long MAGIC = ByteBuffer.wrap("LKSTPREC".getBytes(US_ASCII)).getLong();

  private RecordCodec() {}

  /**
   * Length of a record with a type of {@code typeLength} characters and a payload of {@code
   * payloadBytes}.
   */
  public static int lengthBytes(int typeLength, int payloadBytes) {
    return HEAD_BYTES + typeLength + payloadBytes + TAIL_BYTES;
  }

  /** Whether the magic stands at {@code offset}; false past the end. */
  public static boolean hasMagic(byte[] bytes, int offset) {
    return offset >= 0
        && offset <= bytes.length - Long.BYTES
        && ByteBuffer.wrap(bytes).getLong(offset) == MAGIC;
  }

  public static byte[] encode(JournalRecord record) {
    byte[] type = record.type().getBytes(US_ASCII);
    int length = lengthBytes(type.length, record.payload().lengthBytes());
    byte[] bytes = new byte[length];
    ByteBuffer out = ByteBuffer.wrap(bytes);
    out.putLong(MAGIC)
        .putShort((short) FORMAT_VERSION)
        .putShort((short) type.length)
        .putInt(record.payload().lengthBytes())
        .putInt(record.generation())
        .putInt(record.typeVersion())
        .putLong(record.sequence())
        .putLong(record.bootId().getMostSignificantBits())
        .putLong(record.bootId().getLeastSignificantBits())
        .putLong(record.timeMillis())
        .put(record.previousHash().bytes())
        .put(type);
    record.payload().putInto(out);
    out.put(Sha256.of(bytes, 0, length - TAIL_BYTES).bytes());
    out.putInt(checksum(bytes, 0, length - Integer.BYTES));
    return bytes;
  }

  /**
   * Reads the record that begins at {@code offset}. Never throws on bytes, whatever they are, and
   * takes no more memory than a bounded payload needs.
   */
  public static Either<RecordFault, EncodedRecord> decode(byte[] bytes, int offset) {
    if (!hasMagic(bytes, offset)) {
      return Either.left(new RecordFault.NoMagic());
    }
    int available = bytes.length - offset;
    if (available < HEAD_BYTES) {
      return Either.left(new RecordFault.CutShort(HEAD_BYTES, available));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, available).slice();
    int format = Short.toUnsignedInt(in.getShort(8));
    int typeLength = Short.toUnsignedInt(in.getShort(10));
    long payloadLength = Integer.toUnsignedLong(in.getInt(12));
    if (format != FORMAT_VERSION) {
      return Either.left(new RecordFault.UnknownFormat(format));
    }
    if (typeLength < 1 || typeLength > JournalRecord.MAX_TYPE_LENGTH) {
      return Either.left(new RecordFault.FieldOutOfRange("type length", typeLength));
    }
    if (payloadLength > Payload.MAX_BYTES) {
      return Either.left(new RecordFault.FieldOutOfRange("payload length", payloadLength));
    }
    int length = lengthBytes(typeLength, (int) payloadLength);
    if (length > available) {
      return Either.left(new RecordFault.CutShort(length, available));
    }
    if (checksum(bytes, offset, length - Integer.BYTES) != in.getInt(length - Integer.BYTES)) {
      return Either.left(new RecordFault.ChecksumMismatch());
    }
    Sha256 hash = Sha256.of(bytes, offset, length - TAIL_BYTES);
    if (!hash.isAt(bytes, offset + length - TAIL_BYTES)) {
      return Either.left(new RecordFault.HashMismatch());
    }
    return fields(bytes, offset, typeLength, (int) payloadLength)
        .map(record -> new EncodedRecord(record, hash, length));
  }

  /** Hash and checksum hold; what is out of range now was written so by somebody else's program. */
  private static Either<RecordFault, JournalRecord> fields(
      byte[] bytes, int offset, int typeLength, int payloadLength) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, HEAD_BYTES).slice();
    int generation = in.getInt(16);
    int typeVersion = in.getInt(20);
    long sequence = in.getLong(24);
    if (generation < 0 || generation > JournalRecord.MAX_GENERATION) {
      return Either.left(new RecordFault.FieldOutOfRange("generation", generation));
    }
    if (typeVersion < 1) {
      return Either.left(new RecordFault.FieldOutOfRange("type version", typeVersion));
    }
    if (sequence < 0) {
      return Either.left(new RecordFault.FieldOutOfRange("sequence number", sequence));
    }
    String type = new String(bytes, offset + HEAD_BYTES, typeLength, ISO_8859_1);
    if (!JournalRecord.isType(type)) {
      return Either.left(new RecordFault.BadTypeName());
    }
    return Either.right(
        new JournalRecord(
            generation,
            sequence,
            new UUID(in.getLong(32), in.getLong(40)),
            in.getLong(48),
            type,
            typeVersion,
            Payload.at(bytes, offset + HEAD_BYTES + typeLength, payloadLength),
            Sha256.at(bytes, offset + 56)));
  }

  private static int checksum(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
