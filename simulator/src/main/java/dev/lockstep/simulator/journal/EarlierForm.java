package dev.lockstep.simulator.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.event.Encoded;
import java.util.List;

/** A record as the codec of the first journals took it in: without what came later. */
final class EarlierForm {

  private static final List<String> CAME_LATER = List.of("tpmTries", "tpmIdentity");
  private static final ObjectMapper JSON = new ObjectMapper();

  private EarlierForm() {}

  static Encoded of(Encoded record) {
    try {
      JsonNode payload = JSON.readTree(record.json());
      if (payload.path("outcome") instanceof ObjectNode outcome) {
        outcome.remove(CAME_LATER);
      }
      return new Encoded(record.type(), record.version(), payload.toString());
    } catch (JsonProcessingException e) {
      return record;
    }
  }

  /** Whether a record says what the first journals did not say. */
  static boolean isLeftBehindBy(String json) {
    return CAME_LATER.stream().anyMatch(field -> json.contains('"' + field + '"'));
  }
}
