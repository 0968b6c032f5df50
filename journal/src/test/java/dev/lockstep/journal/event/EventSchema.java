package dev.lockstep.journal.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The JSON Schema (draft 2020-12) of every record's payload, made out of the classes that the
 * events are. The whole validates a line of {@code journal export}; {@code $defs} has the payload
 * of each record type under its name.
 */
final class EventSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  static final String HASH = "^[0-9a-f]{64}$";

  /** Between a type and its version in the name of a definition; version 1 is not told. */
  static final char VERSION_MARK = '@';

  /** Left out where it says what earlier journals meant. */
  private static final Set<String> CAME_LATER =
      Set.of(
          "slots", "sectorBytes", "smallestTransferBytes", "volumeRole", "tpmTries", "tpmIdentity");

  private EventSchema() {}

  /** The name of the definition that a record's payload is held against. */
  static String definition(String type, int version) {
    return version == 1 ? type : type + VERSION_MARK + version;
  }

  static ObjectNode document() {
    Map<String, ObjectNode> payloads = new TreeMap<>();
    OwnRecordSchemas.into(payloads);
    family(Family.FIRST_BOOT, payloads);
    family(Family.INSTALL, payloads);
    family(Family.SWAP, payloads);

    ObjectNode schema = NODES.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "Lockstep journal: every record");
    schema.put(
        "description",
        "Validates a line of `lockstep journal export`. The payload of each record type is in $defs under the type's name; of a later version, with @ and the version behind it.");
    schema.put("type", "object");
    ArrayNode cases = schema.putArray("allOf");
    for (String type : payloads.keySet()) {
      ObjectNode one = cases.addObject();
      ObjectNode when = one.putObject("if");
      ObjectNode named = when.putObject("properties");
      int at = type.indexOf(VERSION_MARK);
      named.putObject("type").put("const", at < 0 ? type : type.substring(0, at));
      named
          .putObject("typeVersion")
          .put("const", at < 0 ? 1 : Integer.parseInt(type.substring(at + 1)));
      when.putArray("required").add("type").add("typeVersion");
      ObjectNode then = one.putObject("then");
      then.putObject("properties").putObject("payload").put("$ref", "#/$defs/" + type);
      then.putArray("required").add("payload");
    }
    ObjectNode definitions = schema.putObject("$defs");
    payloads.forEach(definitions::set);
    return schema;
  }

  private static <I, O> void family(Family<I, O> family, Map<String, ObjectNode> payloads) {
    String name = family.name();
    payloads.put(name + ".boot-started", object(Map.of("boot", uuid(), "runner", text())));
    payloads.put(
        name + ".stopped",
        object(Map.of("kind", oneOf(Refusal.Kind.values()), "code", text(), "sentence", text())));
    family
        .intents()
        .forEach(
            (intent, type) ->
                payloads.put(
                    name + ".intended." + intent,
                    object(Map.of("because", text(), "intent", of(type)))));
    family
        .outcomes()
        .forEach(
            (outcome, type) -> {
              payloads.put(name + ".completed." + outcome, object(Map.of("outcome", of(type))));
              payloads.put(
                  name + ".adopted." + outcome,
                  object(Map.of("because", text(), "outcome", of(type))));
            });
  }

  private static ObjectNode of(Type type) {
    if (type == Digest.class) {
      return text().put("pattern", HASH);
    } else if (type == UUID.class) {
      return uuid();
    } else if (type == String.class) {
      return text();
    } else if (type == long.class || type == int.class || type == Integer.class) {
      return integer();
    } else if (type == boolean.class) {
      return NODES.objectNode().put("type", "boolean");
    } else if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      ObjectNode array = NODES.objectNode().put("type", "array");
      array.set("items", of(list.getActualTypeArguments()[0]));
      return array;
    } else if (type instanceof Class<?> some && some.isEnum()) {
      return oneOf((Enum<?>[]) some.getEnumConstants());
    } else if (type instanceof Class<?> some && some.isRecord()) {
      Map<String, ObjectNode> fields = new TreeMap<>();
      for (RecordComponent component : some.getRecordComponents()) {
        fields.put(component.getName(), of(component.getGenericType()));
      }
      return object(fields);
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  /** Every field is always written but those that came later, and no other. */
  static ObjectNode object(Map<String, ObjectNode> fields) {
    ObjectNode object = NODES.objectNode().put("type", "object");
    ObjectNode properties = object.putObject("properties");
    ArrayNode required = object.putArray("required");
    new TreeMap<>(fields)
        .forEach(
            (name, field) -> {
              properties.set(name, field);
              if (!CAME_LATER.contains(name)) {
                required.add(name);
              }
            });
    return object.put("additionalProperties", false);
  }

  private static ObjectNode oneOf(Enum<?>[] values) {
    return strings(Arrays.stream(values).map(Enum::name));
  }

  static ObjectNode strings(Stream<String> values) {
    ObjectNode node = NODES.objectNode();
    ArrayNode names = node.putArray("enum");
    values.forEach(names::add);
    return node;
  }

  static ObjectNode text() {
    return NODES.objectNode().put("type", "string");
  }

  private static ObjectNode uuid() {
    return text().put("pattern", "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$");
  }

  static ObjectNode integer() {
    return NODES.objectNode().put("type", "integer");
  }
}
