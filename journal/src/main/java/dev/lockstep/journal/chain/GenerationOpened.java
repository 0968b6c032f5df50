package dev.lockstep.journal.chain;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The first record of every generation: what the boot that opened it took for the last valid
 * record, and how the generations since then ended. A torn tail that such a record accounts for is
 * a known cut; one that none accounts for is suspect.
 *
 * <pre>
 * {"lastSequence":29,"lastHash":"64 hex digits","tails":[{"generation":3,"state":"torn","byteOffset":4711}]}
 * </pre>
 *
 * @param lastSequence -1 in a new journal
 * @param tails at most {@value #MAX_TAILS}, the newest ones
 * @param checkpoints how many {@link Checkpoint} records follow at once, 0 to {@value
 *     Checkpoint#MAX_PARTS}; 0 in version 1, which has no such member
 */
public record GenerationOpened(
    long lastSequence, Sha256 lastHash, List<Tail> tails, int checkpoints) {
  public static final String TYPE = "generation-opened";
  private static final int PLAIN_VERSION = 1;
  private static final int FOLDING_VERSION = 2;
  public static final int MAX_TAILS = 64;

  private static final ObjectMapper JSON = new ObjectMapper();

  public GenerationOpened {
    if (checkpoints < 0 || checkpoints > Checkpoint.MAX_PARTS) {
      throw new IllegalArgumentException("too many checkpoint records:  " + checkpoints);
    }
    tails = List.copyOf(tails.subList(Math.max(0, tails.size() - MAX_TAILS), tails.size()));
  }

  /** 2 where checkpoints follow, which a reader of version 1 knows nothing of. */
  public int typeVersion() {
    return checkpoints == 0 ? PLAIN_VERSION : FOLDING_VERSION;
  }

  /** Whether {@code record} says it is one; its payload may still be unreadable. */
  public static boolean isNamedBy(JournalRecord record) {
    return record.type().equals(TYPE);
  }

  public Payload payload() {
    ObjectNode node = JSON.createObjectNode();
    node.put("lastSequence", lastSequence);
    node.put("lastHash", lastHash.toString());
    var array = node.putArray("tails");
    for (Tail tail : tails) {
      array
          .addObject()
          .put("generation", tail.generation())
          .put("state", tail.state().json())
          .put("byteOffset", tail.byteOffset());
    }
    if (checkpoints > 0) {
      node.put("checkpoints", checkpoints);
    }
    return Payload.of(node.toString());
  }

  /** Empty where the record is none, or its payload is not as this class writes it. */
  public static Optional<GenerationOpened> read(JournalRecord record) {
    if (!isNamedBy(record)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(record.payload().bytes());
      List<Tail> tails = new ArrayList<>();
      for (JsonNode tail : node.path("tails")) {
        tails.add(
            new Tail(
                tail.path("generation").asInt(-1),
                Tail.State.valueOf(tail.path("state").asText().toUpperCase(Locale.ROOT)),
                tail.path("byteOffset").asInt(-1)));
      }
      GenerationOpened opened =
          new GenerationOpened(
              node.path("lastSequence").asLong(-2),
              Sha256.parse(node.path("lastHash").asText()),
              tails,
              record.typeVersion() < FOLDING_VERSION ? 0 : node.path("checkpoints").asInt(-1));
      // Byte by byte: what another reader could take for something else is none.
      return Optional.of(opened)
          .filter(
              same ->
                  same.typeVersion() == record.typeVersion()
                      && same.payload().equals(record.payload()));
    } catch (JacksonException | IllegalArgumentException notOurs) {
      return Optional.empty();
    } catch (java.io.IOException fromMemory) {
      throw new java.io.UncheckedIOException(fromMemory);
    }
  }
}
