package dev.lockstep.journal.event;

import static dev.lockstep.journal.event.EventSchema.HASH;
import static dev.lockstep.journal.event.EventSchema.integer;
import static dev.lockstep.journal.event.EventSchema.object;
import static dev.lockstep.journal.event.EventSchema.strings;
import static dev.lockstep.journal.event.EventSchema.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.JournalRecord;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The payloads of the records that the journal itself writes. */
final class OwnRecordSchemas {
  private static final String SIGNATURE = "^[0-9a-f]{128}$";
  private static final String BASE64 =
      "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

  private OwnRecordSchemas() {}

  static void into(Map<String, ObjectNode> payloads) {
    Map<String, ObjectNode> opened =
        Map.of("lastSequence", integer().put("minimum", -1), "lastHash", hash(), "tails", tails());
    payloads.put(GenerationOpened.TYPE, object(opened));
    Map<String, ObjectNode> folding = new TreeMap<>(opened);
    folding.put("checkpoints", parts());
    payloads.put(EventSchema.definition(GenerationOpened.TYPE, 2), object(folding));
    payloads.put(
        Checkpoint.TYPE,
        object(
            Map.of(
                "part",
                parts(),
                "parts",
                parts(),
                "lastSequence",
                integer().put("minimum", 0),
                "lastHash",
                hash(),
                "root",
                hash(),
                "records",
                array(text().put("pattern", BASE64)))));
    payloads.put(
        SignedHead.TYPE,
        object(
            Map.of(
                "sequence",
                integer().put("minimum", 0),
                "hash",
                hash(),
                "root",
                hash(),
                "publicKey",
                hash(),
                "signature",
                text().put("pattern", SIGNATURE))));
  }

  private static ObjectNode tails() {
    return array(
            object(
                Map.of(
                    "generation",
                    integer().put("minimum", 0).put("maximum", JournalRecord.MAX_GENERATION),
                    "state",
                    strings(
                        Arrays.stream(Tail.State.values())
                            .map(state -> state.name().toLowerCase(Locale.ROOT))),
                    "byteOffset",
                    integer().put("minimum", 0))))
        .put("maxItems", GenerationOpened.MAX_TAILS);
  }

  private static ObjectNode parts() {
    return integer().put("minimum", 1).put("maximum", Checkpoint.MAX_PARTS);
  }

  /** 32 bytes in hexadecimal digits: a SHA-256, or an Ed25519 key. */
  private static ObjectNode hash() {
    return text().put("pattern", HASH);
  }

  private static ObjectNode array(ObjectNode items) {
    ObjectNode array = JsonNodeFactory.instance.objectNode().put("type", "array");
    array.set("items", items);
    return array;
  }
}
