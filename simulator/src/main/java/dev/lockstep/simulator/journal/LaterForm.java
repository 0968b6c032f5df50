package dev.lockstep.simulator.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.event.Encoded;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Version 2 of two types, as a later Lockstep might write it: the window in sectors of 512 bytes.
 * No type has a second version yet, so this is the simulator's own; one record stands at the
 * beginning of a first boot, the other in its midst, so that any release may have been the one that
 * wrote either.
 */
final class LaterForm {

  static final int VERSION = 2;

  private static final Set<String> TYPES =
      Set.of(
          "first-boot.completed.preflight-passed",
          "first-boot.adopted.preflight-passed",
          "first-boot.completed.converted",
          "first-boot.adopted.converted");

  private static final String BYTES = "windowBytes";
  private static final String SECTORS = "windowSectors";
  private static final int SECTOR_BYTES = 512;
  private static final ObjectMapper JSON = new ObjectMapper();

  private LaterForm() {}

  static boolean has(Encoded record) {
    return TYPES.contains(record.type());
  }

  /** A record of today's as version 2. */
  static Encoded of(Encoded today) {
    return changed(today, VERSION, BYTES, SECTORS, window -> window.asLong() / SECTOR_BYTES);
  }

  /** Back to today's. */
  static Encoded back(Encoded later) {
    return changed(later, 1, SECTORS, BYTES, window -> window.asLong() * SECTOR_BYTES);
  }

  /** A record of today's, its number of bytes taken for one of sectors: a mistake. */
  static Encoded misread(Encoded today) {
    return changed(today, 1, BYTES, BYTES, window -> window.asLong() * SECTOR_BYTES);
  }

  private static Encoded changed(
      Encoded record, int version, String from, String to, ToLongFunction<JsonNode> unit) {
    try {
      JsonNode payload = JSON.readTree(record.json());
      JsonNode outcome = payload.path("outcome");
      JsonNode holder = outcome.path("job").isObject() ? outcome.path("job") : outcome;
      if (!(holder instanceof ObjectNode object) || !object.path(from).isIntegralNumber()) {
        throw new IllegalArgumentException("no window in a record of type " + record.type());
      }
      object.put(to, unit.applyAsLong(object.remove(from)));
      return new Encoded(record.type(), version, payload.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a payload that is no JSON", e);
    }
  }
}
