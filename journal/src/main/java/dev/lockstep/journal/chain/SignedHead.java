package dev.lockstep.journal.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A signature over the whole history up to a record: the payload of a record that stands right
 * behind that one, and, kept elsewhere, a statement that the record was there.
 *
 * <pre>
 * {"sequence":41,"hash":"64 hex digits","root":"64 hex digits","publicKey":"64 hex digits",
 *  "signature":"128 hex digits"}
 *
 *   what is signed:
 *   0                              23  24               32                 64               96
 *   +------------------------------+---+----------------+------------------+----------------+
 *   | "lockstep signed head v1"    | 0 | sequence, big  | hash of the      | root           |
 *   |                              |   | endian         | record           |                |
 *   +------------------------------+---+----------------+------------------+----------------+
 * </pre>
 *
 * @param sequence the last record that is signed, from 0
 * @param hash that record's own
 * @param root {@link RunningRoot} over records 0 to {@code sequence}
 * @param signature 128 lower-case hexadecimal digits
 */
public record SignedHead(
    long sequence, Sha256 hash, Sha256 root, Ed25519Key publicKey, String signature) {
  public static final String TYPE = "signed-head";
  public static final int TYPE_VERSION = 1;

  /** What the longest payload takes, with a sequence number of 19 digits. */
  public static final int MAX_PAYLOAD_BYTES = 402;

  private static final byte[] CONTEXT = "lockstep signed head v1\0".getBytes(US_ASCII);
  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{128}");
  private static final int FIELDS = 5;
  private static final ObjectMapper JSON = new ObjectMapper();

  public SignedHead {
    if (sequence < 0 || !SIGNATURE.matcher(signature).matches()) {
      throw new IllegalArgumentException("no signed head has such a number or signature");
    }
  }

  /** Signs the history that ends with the record that has this hash. */
  public static SignedHead by(HeadSigner signer, Sha256 hash, RunningRoot root) {
    byte[] signature = signer.sign(signedBytes(root.lastSequence(), hash, root.hash()));
    return new SignedHead(
        root.lastSequence(),
        hash,
        root.hash(),
        signer.publicKey(),
        HexFormat.of().formatHex(signature));
  }

  private static byte[] signedBytes(long sequence, Sha256 hash, Sha256 root) {
    return ByteBuffer.allocate(CONTEXT.length + Long.BYTES + 2 * Sha256.LENGTH_BYTES)
        .put(CONTEXT)
        .putLong(sequence)
        .put(hash.bytes())
        .put(root.bytes())
        .array();
  }

  /** Whether the key it names signed just this. */
  public boolean isSignatureRight() {
    return publicKey.verifies(
        signedBytes(sequence, hash, root), HexFormat.of().parseHex(signature));
  }

  /** Whether {@code record} says it is one; its payload may still be unreadable. */
  public static boolean isNamedBy(JournalRecord record) {
    return record.type().equals(TYPE);
  }

  public ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("sequence", sequence)
        .put("hash", hash.toString())
        .put("root", root.toString())
        .put("publicKey", publicKey.hex())
        .put("signature", signature);
  }

  public Payload payload() {
    return Payload.of(json().toString());
  }

  /**
   * Empty where the record is none, or its payload is not, byte by byte, as this class writes it.
   */
  public static Optional<SignedHead> read(JournalRecord record) {
    if (!isNamedBy(record) || record.typeVersion() != TYPE_VERSION) {
      return Optional.empty();
    }
    try {
      return read(JSON.readTree(record.payload().bytes()))
          .filter(head -> head.payload().equals(record.payload()));
    } catch (JacksonException noJson) {
      return Optional.empty();
    } catch (IOException fromMemory) {
      throw new UncheckedIOException(fromMemory);
    }
  }

  /** Empty unless it is an object with the five members that {@link #json} writes, and no other. */
  public static Optional<SignedHead> read(JsonNode node) {
    JsonNode sequence = node.path("sequence");
    if (node.size() != FIELDS || !sequence.isIntegralNumber() || !sequence.canConvertToLong()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SignedHead(
              sequence.asLong(),
              Sha256.parse(node.path("hash").asText()),
              Sha256.parse(node.path("root").asText()),
              new Ed25519Key(node.path("publicKey").asText()),
              node.path("signature").asText()));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }
}
