package dev.lockstep.initrd.cryptsetup;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The 4096 bytes before each JSON area (LUKS2 on-disk format, section 2.1; lib/luks2/luks2.h). All
 * numbers are big-endian.
 *
 * <pre>
 *  byte    0  magic          6   "LUKS" 0xba 0xbe, the second copy "SKUL" 0xba 0xbe
 *  byte    6  version        2   2
 *  byte    8  hdr_size       8   bytes of this header with its JSON area: 16 KiB · 2^n, to 4 MiB
 *  byte   16  seqid          8   raised at every update
 *  byte   24  label         48
 *  byte   72  csum_alg      32   such as "sha256"
 *  byte  104  salt          64   other in each copy
 *  byte  168  uuid          40
 *  byte  208  subsystem     48
 *  byte  256  hdr_offset     8   bytes from the device's start: 0, the second copy hdr_size
 *  byte  264  (zero)       184
 *  byte  448  csum          64   over header (csum zeroed) and JSON area
 *  byte  512  (zero)      3584
 * </pre>
 *
 * @param headerBytes this header with its JSON area
 * @param offsetBytes where this copy lies
 */
record Luks2BinaryHeader(
    boolean primary,
    long headerBytes,
    long seqid,
    String label,
    String checksumAlgorithm,
    UUID uuid,
    String subsystem,
    long offsetBytes) {

  static final int BINARY_BYTES = 4096;
  static final int SMALLEST_HEADER_BYTES = 16 * 1024;
  static final int LARGEST_HEADER_BYTES = 4 * 1024 * 1024;

  static final String CHECKSUM = "sha256";
  static final int SALT_BYTES = 64;

  private static final byte[] PRIMARY_MAGIC = HexFormat.of().parseHex("4c554b53babe");
  private static final byte[] SECONDARY_MAGIC = HexFormat.of().parseHex("534b554cbabe");
  private static final int VERSION = 2;
  private static final int VERSION_AT = 6;
  private static final int HEADER_BYTES_AT = 8;
  private static final int SEQID_AT = 16;
  private static final int LABEL_AT = 24;
  private static final int LABEL_BYTES = 48;
  private static final int CHECKSUM_NAME_AT = 72;
  private static final int CHECKSUM_NAME_BYTES = 32;
  private static final int SALT_AT = 104;
  private static final int UUID_AT = 168;
  private static final int UUID_BYTES = 40;
  private static final int SUBSYSTEM_AT = 208;
  private static final int OFFSET_AT = 256;
  private static final int CHECKSUM_AT = 448;
  private static final int CHECKSUM_BYTES = 64;

  /** Whether the bytes begin as a LUKS header does: LUKS1 or LUKS2, first copy. */
  static boolean hasPrimaryMagic(byte[] bytes) {
    return startsWith(bytes, PRIMARY_MAGIC);
  }

  static boolean hasSecondaryMagic(byte[] bytes) {
    return startsWith(bytes, SECONDARY_MAGIC);
  }

  /** The version field, which LUKS1 has in the same place. */
  static int version(byte[] bytes) {
    return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(VERSION_AT));
  }

  /**
   * Reads and checks the fields, not yet the checksum.
   *
   * @param bytes at least {@link #BINARY_BYTES}
   * @param expectedOffsetBytes where the bytes were found
   */
  static Luks2BinaryHeader read(byte[] bytes, long expectedOffsetBytes)
      throws MalformedMetadataException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    boolean primary = hasPrimaryMagic(bytes);
    if (!primary && !hasSecondaryMagic(bytes)) {
      throw new MalformedMetadataException("no LUKS2 magic at byte " + expectedOffsetBytes);
    }
    if (version(bytes) != VERSION) {
      throw new MalformedMetadataException("LUKS version " + version(bytes));
    }
    Luks2BinaryHeader header =
        new Luks2BinaryHeader(
            primary,
            buffer.getLong(HEADER_BYTES_AT),
            buffer.getLong(SEQID_AT),
            text(bytes, LABEL_AT, LABEL_BYTES),
            text(bytes, CHECKSUM_NAME_AT, CHECKSUM_NAME_BYTES),
            uuid(bytes),
            text(bytes, SUBSYSTEM_AT, LABEL_BYTES),
            buffer.getLong(OFFSET_AT));
    if (!isHeaderSize(header.headerBytes)) {
      throw new MalformedMetadataException("a header size of " + header.headerBytes + " bytes");
    }
    long placeBytes = primary ? 0 : header.headerBytes;
    if (header.offsetBytes != expectedOffsetBytes || placeBytes != expectedOffsetBytes) {
      throw new MalformedMetadataException(
          "a header at byte " + expectedOffsetBytes + " that says it lies elsewhere");
    }
    return header;
  }

  private static UUID uuid(byte[] bytes) throws MalformedMetadataException {
    String text = text(bytes, UUID_AT, UUID_BYTES);
    if (!text.matches("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}")) {
      throw new MalformedMetadataException("a UUID that is none");
    }
    return UUID.fromString(text);
  }

  /** Whether the stored checksum fits header and JSON area; {@code whole} is all of the copy. */
  static boolean checksumFits(byte[] whole, String algorithm) {
    Optional<byte[]> expected = checksum(whole, algorithm);
    return expected.isPresent()
        && Arrays.equals(
            expected.get(),
            Arrays.copyOfRange(whole, CHECKSUM_AT, CHECKSUM_AT + expected.get().length));
  }

  /**
   * The whole copy as bytes: this header, the JSON, zeros, and the checksum over it.
   *
   * @param salt {@link #SALT_BYTES} random bytes, other in each copy
   */
  byte[] write(byte[] salt, byte[] json) {
    if (salt.length != SALT_BYTES || json.length >= headerBytes - BINARY_BYTES) {
      throw new IllegalArgumentException("salt or JSON do not fit the header");
    }
    byte[] whole = new byte[Math.toIntExact(headerBytes)];
    ByteBuffer buffer = ByteBuffer.wrap(whole);
    buffer.put(0, primary ? PRIMARY_MAGIC : SECONDARY_MAGIC);
    buffer.putShort(VERSION_AT, (short) VERSION);
    buffer.putLong(HEADER_BYTES_AT, headerBytes);
    buffer.putLong(SEQID_AT, seqid);
    putText(buffer, LABEL_AT, LABEL_BYTES, label);
    putText(buffer, CHECKSUM_NAME_AT, CHECKSUM_NAME_BYTES, checksumAlgorithm);
    buffer.put(SALT_AT, salt);
    putText(buffer, UUID_AT, UUID_BYTES, uuid.toString());
    putText(buffer, SUBSYSTEM_AT, LABEL_BYTES, subsystem);
    buffer.putLong(OFFSET_AT, offsetBytes);
    buffer.put(BINARY_BYTES, json);
    buffer.put(
        CHECKSUM_AT,
        checksum(whole, checksumAlgorithm)
            .orElseThrow(() -> new IllegalArgumentException("no digest " + checksumAlgorithm)));
    return whole;
  }

  static boolean isHeaderSize(long bytes) {
    return bytes >= SMALLEST_HEADER_BYTES
        && bytes <= LARGEST_HEADER_BYTES
        && Long.bitCount(bytes) == 1;
  }

  /** Empty for an algorithm that is not known here. */
  private static Optional<byte[]> checksum(byte[] whole, String algorithm) {
    String name =
        switch (algorithm) {
          case "sha1" -> "SHA-1";
          case "sha256" -> "SHA-256";
          case "sha512" -> "SHA-512";
          default -> "";
        };
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(name);
      digest.update(whole, 0, CHECKSUM_AT);
      digest.update(new byte[CHECKSUM_BYTES]);
      int rest = CHECKSUM_AT + CHECKSUM_BYTES;
      digest.update(whole, rest, whole.length - rest);
      return Optional.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + name, e);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  /** The text up to its first zero; the last byte is always taken for one. */
  private static String text(byte[] bytes, int at, int fieldBytes) {
    int end = at;
    while (end < at + fieldBytes - 1 && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
  }

  private static void putText(ByteBuffer buffer, int at, int fieldBytes, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length >= fieldBytes) {
      throw new IllegalArgumentException("text too long for a header field of " + fieldBytes);
    }
    buffer.put(at, bytes);
  }
}
