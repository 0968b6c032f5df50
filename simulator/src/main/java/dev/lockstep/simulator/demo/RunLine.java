package dev.lockstep.simulator.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** One line of what {@code firstboot run --json} tells. */
sealed interface RunLine {

  /**
   * An event is durable.
   *
   * @param because why it was decided so, where something was
   * @param remainingBytes what a conversion has before it; 0 for all other events
   * @param payload JSON
   */
  record Told(String type, String because, long remainingBytes, String payload) implements RunLine {

    /** The beginning of an effect, or something found done: what the decider chose. */
    boolean isDecision() {
      return type.startsWith("first-boot.intended.") || type.startsWith("first-boot.adopted.");
    }
  }

  /** So much is converted. */
  record Progress(long doneBytes, long totalBytes) implements RunLine {}

  /** The last word of a run that was not cut. */
  record Ended(String code, String sentence, int exitCode) implements RunLine {}

  /** A line torn by the cut, or none of ours. */
  record Unreadable(String text) implements RunLine {}

  JsonMapper MAPPER = new JsonMapper();

  static RunLine parse(String line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException torn) {
      return new Unreadable(line);
    }
    if (node.path("event").isTextual()) {
      JsonNode payload = node.path("payload");
      return new Told(
          node.path("event").asText(),
          payload.path("because").asText(""),
          payload.path("intent").path("remainingBytes").asLong(0),
          payload.toString());
    }
    if (node.path("progress").isObject()) {
      JsonNode progress = node.path("progress");
      return new Progress(
          progress.path("doneBytes").asLong(), progress.path("totalBytes").asLong());
    }
    return node.path("ending").isTextual()
        ? new Ended(
            node.path("code").asText(""),
            node.path("sentence").asText(""),
            node.path("exitCode").asInt(1))
        : new Unreadable(line);
  }
}
