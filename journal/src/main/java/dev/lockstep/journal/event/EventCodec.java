package dev.lockstep.journal.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.scan.Printable;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.collection.Stream;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
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
 *
 * What a later Lockstep wrote is refused, not guessed at: a version of a type that is not known
 * here, and a field as well. A field that came later says what it says because the earlier meaning
 * would be wrong ({@link OptionalFields}): passed over, another volume's job would be the root's.
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
      String[] type = encoded.type().split("\\.", 3);
      JsonNode payload = json.readTree(encoded.json());
      Option<String> later = unknownField(type[1], payload);
      return later.isDefined()
          ? unreadable(encoded, laterField(later.get()))
          : Either.right(Option.some(decode(type, payload)));
    } catch (UnrecognizedPropertyException unknown) {
      return unreadable(encoded, laterField(unknown.getPropertyName()));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      return unreadable(encoded, "its payload does not fit its type");
    }
  }

  private Event<I, O> decode(String[] type, JsonNode payload) throws JsonProcessingException {
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

  private static Option<String> unknownField(String kind, JsonNode payload) {
    List<String> known =
        switch (kind) {
          case "boot-started" -> List.of("boot", "runner");
          case "intended" -> List.of("because", "intent");
          case "completed" -> List.of("outcome");
          case "adopted" -> List.of("because", "outcome");
          case "stopped" -> List.of("kind", "code", "sentence");
          default -> throw new IllegalArgumentException("unknown kind of event");
        };
    return Stream.ofAll(payload::fieldNames).find(field -> !known.contains(field));
  }

  private <T> T member(
      Map<String, Class<? extends T>> members, String[] type, JsonNode payload, String field)
      throws JsonProcessingException {
    Class<? extends T> member = type.length == 3 ? members.get(type[2]) : null;
    JsonNode value = payload.get(field);
    if (member == null || value == null || !value.isObject()) {
      throw new IllegalArgumentException("unknown event");
    }
    return json.treeToValue(OptionalFields.putIn(value, member), member);
  }

  private static String text(JsonNode payload, String field) {
    JsonNode value = payload.get(field);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException("no text in " + field);
    }
    return value.textValue();
  }

  private static String laterField(String name) {
    return "this Lockstep knows no field " + Printable.of(name) + " in it; a newer one wrote it";
  }

  private static <T> Either<String, T> unreadable(Encoded encoded, String why) {
    return Either.left("a record of type " + encoded.type() + " can't be read: " + why);
  }
}
