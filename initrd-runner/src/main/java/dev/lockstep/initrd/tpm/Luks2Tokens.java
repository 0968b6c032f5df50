package dev.lockstep.initrd.tpm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tokens of one type of a LUKS2 header file, token number to keyslot number. Reads the primary
 * copy only, and only if its checksum holds: it is asked right after a tool wrote it.
 *
 * <pre>
 *  0      6        8            72            448            512   4096
 *  | magic| version| header size| checksum alg| checksum (64)| …   | JSON, NUL padded …
 *  |      | u16    | u64        | "sha256"    |              |     | up to header size
 * </pre>
 *
 * <p>Source: LUKS2 On-Disk Format Specification, 2.1 and 3. Big endian.
 */
final class Luks2Tokens {
  private static final byte[] MAGIC = {'L', 'U', 'K', 'S', (byte) 0xBA, (byte) 0xBE};
  private static final int BINARY_BYTES = 4096;
  private static final long MAX_HEADER_BYTES = 4L << 20;
  private static final int CHECKSUM_OFFSET = 448;
  private static final int CHECKSUM_BYTES = 64;
  private static final int SHA256_BYTES = 32;
  private static final int MAX_TOKENS = 32;

  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
              .build());

  private Luks2Tokens() {}

  static SortedMap<Integer, Integer> ofType(Path header, TokenType type) throws IOException {
    SortedMap<Integer, Integer> found = new TreeMap<>();
    JsonNode tokens = JSON.readTree(json(header)).path("tokens");
    if (tokens.size() > MAX_TOKENS) {
      throw damaged(header, "more than 32 tokens");
    }
    for (var entry : tokens.properties()) {
      JsonNode token = entry.getValue();
      if (token.path("type").asText().equals(type.text())) {
        JsonNode slots = token.path("keyslots");
        if (slots.size() != 1 || !isNumber(slots.get(0).asText()) || !isNumber(entry.getKey())) {
          throw damaged(header, "a " + type + " token that is not of exactly one keyslot");
        }
        found.put(Integer.valueOf(entry.getKey()), Integer.valueOf(slots.get(0).asText()));
      }
    }
    return found;
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,2}");
  }

  private static String json(Path header) throws IOException {
    try (FileChannel channel = FileChannel.open(header, StandardOpenOption.READ)) {
      byte[] binary = read(channel, BINARY_BYTES, header);
      ByteBuffer fields = ByteBuffer.wrap(binary);
      if (!Arrays.equals(Arrays.copyOf(binary, MAGIC.length), MAGIC) || fields.getShort(6) != 2) {
        throw damaged(header, "no LUKS2 magic and version");
      }
      long sizeBytes = fields.getLong(8);
      if (sizeBytes <= BINARY_BYTES || sizeBytes > MAX_HEADER_BYTES) {
        throw damaged(header, "a header size of " + sizeBytes);
      }
      byte[] json = read(channel, (int) sizeBytes - BINARY_BYTES, header);
      requireChecksum(binary, json, header);
      return new String(json, StandardCharsets.UTF_8).split("\0", 2)[0];
    }
  }

  private static byte[] read(FileChannel channel, int count, Path header) throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw damaged(header, "too few bytes");
      }
    }
    return bytes;
  }

  /** SHA-256 over binary header and JSON area, the checksum field itself taken as zero. */
  private static void requireChecksum(byte[] binary, byte[] json, Path header) throws IOException {
    String algorithm = new String(binary, 72, 32, StandardCharsets.US_ASCII).split("\0", 2)[0];
    if (!algorithm.equals("sha256")) {
      throw damaged(header, "an unknown checksum algorithm");
    }
    byte[] stored = Arrays.copyOfRange(binary, CHECKSUM_OFFSET, CHECKSUM_OFFSET + SHA256_BYTES);
    byte[] zeroed = binary.clone();
    Arrays.fill(zeroed, CHECKSUM_OFFSET, CHECKSUM_OFFSET + CHECKSUM_BYTES, (byte) 0);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(zeroed);
      if (!MessageDigest.isEqual(digest.digest(json), stored)) {
        throw damaged(header, "a checksum that does not match");
      }
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  private static IOException damaged(Path header, String what) {
    return new IOException("The LUKS2 header " + header + " has " + what + ".");
  }
}
