package dev.lockstep.journal.anchor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.image.ByteSource;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The JSON text of a LUKS2 header, out of whichever of its two copies is whole and newest (LUKS2
 * On-Disk Format Specification 1.1, chapters 2.1 and 2.2). Numbers are big endian.
 *
 * <pre>
 *   0          4096             S          S + 4096         2 S
 *   +----------+----------------+----------+----------------+---------- …
 *   | binary 1 | JSON, then NUL | binary 2 | JSON, then NUL | keyslots
 *   +----------+----------------+----------+----------------+---------- …
 *
 *   binary:
 *   0        6         8        16       24      72           104    168    208       256      264     448        512   4096
 *   +--------+---------+--------+--------+-------+------------+------+------+---------+--------+-------+----------+------+
 *   | magic  |version 2| S      |sequence| label | checksum's | salt | uuid |subsystem|own     |unused |checksum, |unused|
 *   |        |         |        |id      |       | name       |      |      |         |offset  |       |zero-     |      |
 *   |        |         |        |        |       |            |      |      |         |        |       |padded    |      |
 *   +--------+---------+--------+--------+-------+------------+------+------+---------+--------+-------+----------+------+
 *
 *   magic: "LUKS" BA BE in the first copy, "SKUL" BA BE in the second
 *   S:     16 KiB, doubled up to 8 times: 4 MiB at most
 *   checksum: SHA-256 of the S bytes, with the checksum's own 64 bytes as zeroes
 * </pre>
 *
 * @param sequenceId grows with each change of the header
 */
record Luks2Header(long sequenceId, String json) {
  private static final byte[] FIRST = "LUKS\u00ba\u00be".getBytes(ISO_8859_1);
  private static final byte[] SECOND = "SKUL\u00ba\u00be".getBytes(ISO_8859_1);
  private static final int BINARY_BYTES = 4096;
  private static final int SMALLEST_BYTES = 16 << 10;
  private static final int LARGEST_BYTES = 4 << 20;
  private static final int CHECKSUM_AT = 448;
  private static final int CHECKSUM_FIELD_BYTES = 64;

  /**
   * The newest copy that is whole; empty where neither is, so also where there is no LUKS2 at all.
   */
  static Option<Luks2Header> read(ByteSource source) {
    List<Luks2Header> whole = new ArrayList<>();
    copy(source, 0, FIRST).forEach(whole::add);
    // The first copy may be torn, its size with it: so the second is looked for wherever it may be.
    for (int size = SMALLEST_BYTES; size <= LARGEST_BYTES; size *= 2) {
      copy(source, size, SECOND).forEach(whole::add);
    }
    return Option.ofOptional(whole.stream().max(Comparator.comparingLong(Luks2Header::sequenceId)));
  }

  /** Empty where no whole copy begins at {@code offset}. */
  private static Option<Luks2Header> copy(ByteSource source, int offset, byte[] magic) {
    try {
      byte[] binary = source.read(offset, BINARY_BYTES);
      ByteBuffer fields = ByteBuffer.wrap(binary);
      long sizeBytes = fields.getLong(8);
      if (!Arrays.equals(binary, 0, magic.length, magic, 0, magic.length)
          || fields.getShort(6) != 2
          || fields.getLong(256) != offset
          || !isSize(sizeBytes)
          || (offset != 0 && offset != sizeBytes)
          || !text(binary, 72, 32).equals("sha256")) {
        return Option.none();
      }
      byte[] all = source.read(offset, (int) sizeBytes);
      if (!hasItsChecksum(all) || fields.getLong(16) < 0) {
        return Option.none();
      }
      return Option.of(
          new Luks2Header(fields.getLong(16), text(all, BINARY_BYTES, all.length - BINARY_BYTES)));
    } catch (IOException notThere) {
      return Option.none();
    }
  }

  private static boolean isSize(long bytes) {
    return bytes >= SMALLEST_BYTES && bytes <= LARGEST_BYTES && Long.bitCount(bytes) == 1;
  }

  private static boolean hasItsChecksum(byte[] all) {
    byte[] found = Arrays.copyOfRange(all, CHECKSUM_AT, CHECKSUM_AT + 32);
    byte[] zeroed = all.clone();
    Arrays.fill(zeroed, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_FIELD_BYTES, (byte) 0);
    try {
      return MessageDigest.isEqual(found, MessageDigest.getInstance("SHA-256").digest(zeroed));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError("every Java runtime has SHA-256", missing);
    }
  }

  /** Up to the first NUL. */
  private static String text(byte[] bytes, int from, int length) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, UTF_8);
  }
}
