package dev.lockstep.journal.chain;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.RecordFault;
import dev.lockstep.journal.record.Sha256;
import io.vavr.control.Either;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Stands for the records from 0 to {@code lastSequence}, so that their generations can go: the ones
 * that still matter, byte by byte, and a hash over all of them. It lies in 1 to {@value #MAX_PARTS}
 * records, right behind a {@link GenerationOpened} that tells how many.
 *
 * <pre>
 * {"part":1,"parts":1,"lastSequence":412,"lastHash":"64 hex digits","root":"64 hex digits",
 *  "records":["base64 of a whole record", …]}
 * </pre>
 *
 * @param lastHash hash of record {@code lastSequence}
 * @param root running hash of the hashes of records 0 to {@code lastSequence}, see {@link #root}
 * @param kept in ascending order
 */
public record Checkpoint(
    long lastSequence, Sha256 lastHash, Sha256 root, List<EncodedRecord> kept) {
  public static final String TYPE = "checkpoint";
  public static final int TYPE_VERSION = 1;

  /** Half a generation at most: the boot that folds needs room for records of its own. */
  public static final int MAX_PARTS = 4;

  /** Of a part's payload, for all but the records. */
  private static final int FRAME_BYTES = 512;

  private static final ObjectMapper JSON = new ObjectMapper();

  public Checkpoint {
    kept = List.copyOf(kept);
  }

  /** Whether {@code record} says it is part of one. */
  public static boolean isNamedBy(JournalRecord record) {
    return record.type().equals(TYPE);
  }

  /** Whether only the journal itself writes records of that type. */
  public static boolean isReserved(String type) {
    return isFrame(type) || type.equals(SignedHead.TYPE);
  }

  /** Whether records of that type hold a generation together, and so are never kept. */
  private static boolean isFrame(String type) {
    return type.equals(TYPE) || type.equals(GenerationOpened.TYPE);
  }

  /**
   * The running hash once a further record is known: SHA-256 of the 32 bytes before and the 32
   * bytes of the record's hash. It begins with {@link Sha256#NONE}.
   */
  public static Sha256 root(Sha256 before, Sha256 recordHash) {
    byte[] both = new byte[2 * Sha256.LENGTH_BYTES];
    System.arraycopy(before.bytes(), 0, both, 0, Sha256.LENGTH_BYTES);
    System.arraycopy(recordHash.bytes(), 0, both, Sha256.LENGTH_BYTES, Sha256.LENGTH_BYTES);
    return Sha256.of(both, 0, both.length);
  }

  /** {@link #root}, and up to where. */
  public RunningRoot runningRoot() {
    return new RunningRoot(lastSequence, root);
  }

  /** The payloads of its records; empty if it takes more than {@value #MAX_PARTS}. */
  public Optional<List<Payload>> payloads() {
    List<List<String>> parts = new ArrayList<>(List.of(new ArrayList<>()));
    int used = FRAME_BYTES;
    for (EncodedRecord record : kept) {
      String text = Base64.getEncoder().encodeToString(RecordCodec.encode(record.record()));
      int needed = text.length() + 3;
      if (FRAME_BYTES + needed > Payload.MAX_BYTES) {
        return Optional.empty();
      }
      if (used + needed > Payload.MAX_BYTES) {
        parts.add(new ArrayList<>());
        used = FRAME_BYTES;
      }
      parts.getLast().add(text);
      used += needed;
    }
    List<Payload> payloads = new ArrayList<>();
    for (List<String> part : parts) {
      payloads.add(payload(payloads.size() + 1, parts.size(), part));
    }
    return payloads.size() > MAX_PARTS ? Optional.empty() : Optional.of(payloads);
  }

  private Payload payload(int part, int parts, List<String> records) {
    ObjectNode node = head(part, parts);
    var array = node.putArray("records");
    records.forEach(array::add);
    return Payload.of(node.toString());
  }

  private ObjectNode head(int part, int parts) {
    return JSON.createObjectNode()
        .put("part", part)
        .put("parts", parts)
        .put("lastSequence", lastSequence)
        .put("lastHash", lastHash.toString())
        .put("root", root.toString());
  }

  /**
   * Puts the parts together, and checks all that can be checked without the records that were left
   * out.
   *
   * @param opened the record before the first part
   * @param parts as many as it tells
   * @return on the left what is wrong, for a person
   */
  public static Either<String, Checkpoint> read(
      GenerationOpened opened, List<JournalRecord> parts) {
    List<EncodedRecord> kept = new ArrayList<>();
    Sha256 root = Sha256.NONE;
    for (int part = 0; part < parts.size(); part++) {
      JournalRecord record = parts.get(part);
      if (!isNamedBy(record) || record.typeVersion() != TYPE_VERSION) {
        return Either.left("it is no checkpoint record that this Lockstep can read");
      }
      try {
        JsonNode node = JSON.readTree(record.payload().bytes());
        root = part == 0 ? Sha256.parse(node.path("root").asText()) : root;
        List<String> texts = new ArrayList<>();
        for (JsonNode text : node.path("records")) {
          texts.add(text.asText());
          Either<String, EncodedRecord> next = next(text.asText(), kept);
          if (next.isLeft()) {
            return Either.left(next.getLeft());
          }
          kept.add(next.get());
        }
        // Byte by byte: of two members with one name, say, each reader would believe another.
        Payload asWritten =
            new Checkpoint(opened.lastSequence(), opened.lastHash(), root, List.of())
                .payload(part + 1, parts.size(), texts);
        if (!asWritten.equals(record.payload())) {
          return Either.left("its parts do not fit together, or are not as Lockstep writes them");
        }
      } catch (JacksonException | IllegalArgumentException notOurs) {
        return Either.left("its payload is not as Lockstep writes it");
      } catch (IOException fromMemory) {
        throw new UncheckedIOException(fromMemory);
      }
    }
    Checkpoint checkpoint = new Checkpoint(opened.lastSequence(), opened.lastHash(), root, kept);
    return checkpoint.endsAsItSays()
        ? Either.right(checkpoint)
        : Either.left("it keeps a record that it does not stand for");
  }

  private boolean endsAsItSays() {
    return kept.isEmpty()
        || kept.getLast().record().sequence() < lastSequence
        || (kept.getLast().record().sequence() == lastSequence
            && kept.getLast().hash().equals(lastHash));
  }

  private static Either<String, EncodedRecord> next(String base64, List<EncodedRecord> before) {
    byte[] bytes = Base64.getDecoder().decode(base64);
    if (!Base64.getEncoder().encodeToString(bytes).equals(base64)) {
      return Either.left("a record it keeps is not as Lockstep writes it");
    }
    Either<RecordFault, EncodedRecord> decoded = RecordCodec.decode(bytes, 0);
    if (decoded.isLeft()) {
      return Either.left("a record it keeps is damaged: " + decoded.getLeft().sentence());
    }
    EncodedRecord record = decoded.get();
    if (record.lengthBytes() != bytes.length || isFrame(record.record().type())) {
      return Either.left("it keeps what is no single record, or one that is never kept");
    }
    if (!before.isEmpty() && !mayFollow(before.getLast(), record)) {
      return Either.left(
          "record %d, which it keeps, does not follow the one before it"
              .formatted(record.record().sequence()));
    }
    return Either.right(record);
  }

  /** Neighbours in the chain must be chained. */
  private static boolean mayFollow(EncodedRecord before, EncodedRecord record) {
    long step = record.record().sequence() - before.record().sequence();
    return step > 1 || (step == 1 && record.record().previousHash().equals(before.hash()));
  }

  /** The kept record's hash with that number, if it is kept or the last one. */
  public Optional<Sha256> hashOf(long sequence) {
    if (sequence == lastSequence) {
      return Optional.of(lastHash);
    }
    return kept.stream()
        .filter(record -> record.record().sequence() == sequence)
        .map(EncodedRecord::hash)
        .findFirst();
  }
}
