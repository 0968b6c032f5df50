package dev.lockstep.journal.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.Map;
import java.util.UUID;

/**
 * Events of one machine as record type and JSON, and back.
 *
 * <pre>
 *   FAMILY.boot-started        {"boot": UUID, "runner": text}
 *   FAMILY.intended.INTENT     {"because": case, "intent": {…}}
 *   FAMILY.completed.OUTCOME   {"outcome": {…}}
 *   FAMILY.adopted.OUTCOME     {"because": case, "outcome": {…}}
 *   FAMILY.stopped             {"kind": …, "code": …, "sentence": …}
 * </pre>
 */
public final class EventCodec<I, O> {

  private static final int VERSION = 1;

  private final ObjectMapper json = EventJson.mapper();
  private final Family<I, O> family;

  public EventCodec(Family<I, O> family) {
    this.family = family;
  }

  public Encoded encode(Event<I, O> event) {
    ObjectNode payload = json.createObjectNode();
    String kind =
        switch (event) {
          case Event.BootStarted<I, O>(UUID boot, String runner) -> {
            payload.put("boot", boot.toString()).put("runner", runner);
            yield "boot-started";
          }
          case Event.Intended<I, O>(I intent, String because) -> {
            payload.put("because", because).set("intent", json.valueToTree(intent));
            yield "intended." + Family.name(intent.getClass());
          }
          case Event.Completed<I, O>(O outcome) -> {
            payload.set("outcome", OptionalFields.leftOut(json.valueToTree(outcome)));
            yield "completed." + Family.name(outcome.getClass());
          }
          case Event.Adopted<I, O>(O outcome, String because) -> {
            payload
                .put("because", because)
                .set("outcome", OptionalFields.leftOut(json.valueToTree(outcome)));
            yield "adopted." + Family.name(outcome.getClass());
          }
          case Event.Stopped<I, O>(Refusal(var refusal, String code, String sentence)) -> {
            payload.put("kind", refusal.name()).put("code", code).put("sentence", sentence);
            yield "stopped";
          }
        };
    return new Encoded(family.name() + "." + kind, VERSION, payload.toString());
  }

  /**
   * Reads an event back.
   *
   * @return none for another family's record; on the left why one of this family can't be read
   */
  public Either<String, Option<Event<I, O>>> decode(Encoded encoded) {
    if (!encoded.type().startsWith(family.name() + ".")) {
      return Either.right(Option.none());
    }
    if (encoded.version() != VERSION) {
      return unreadable(encoded, "version " + encoded.version() + " is newer than this Lockstep");
    }
    try {
      return Either.right(Option.some(decode(encoded.type().split("\\.", 3), encoded)));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      return unreadable(encoded, "its payload does not fit its type");
    }
  }

  private Event<I, O> decode(String[] type, Encoded encoded) throws JsonProcessingException {
    JsonNode payload = json.readTree(encoded.json());
    return switch (type[1]) {
      case "boot-started" ->
          new Event.BootStarted<>(UUID.fromString(text(payload, "boot")), text(payload, "runner"));
      case "intended" ->
          new Event.Intended<>(
              member(family.intents(), type, payload, "intent"), text(payload, "because"));
      case "completed" ->
          new Event.Completed<>(member(family.outcomes(), type, payload, "outcome"));
      case "adopted" ->
          new Event.Adopted<>(
              member(family.outcomes(), type, payload, "outcome"), text(payload, "because"));
      case "stopped" ->
          new Event.Stopped<>(
              new Refusal(
                  Refusal.Kind.valueOf(text(payload, "kind")),
                  text(payload, "code"),
                  text(payload, "sentence")));
      default -> throw new IllegalArgumentException("unknown kind of event");
    };
  }

  private <T> T member(
      Map<String, Class<? extends T>> members, String[] type, JsonNode payload, String field)
      throws JsonProcessingException {
    Class<? extends T> member = type.length == 3 ? members.get(type[2]) : null;
    JsonNode value = payload.get(field);
    if (member == null || value == null || !value.isObject()) {
      throw new IllegalArgumentException("unknown event");
    }
    return json.treeToValue(OptionalFields.putIn(value), member);
  }

  private static String text(JsonNode payload, String field) {
    JsonNode value = payload.get(field);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException("no text in " + field);
    }
    return value.textValue();
  }

  private static <T> Either<String, T> unreadable(Encoded encoded, String why) {
    return Either.left("a record of type " + encoded.type() + " can't be read: " + why);
  }
}
