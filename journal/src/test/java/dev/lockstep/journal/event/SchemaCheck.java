package dev.lockstep.journal.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * Checks a payload against the part of JSON Schema that {@link EventSchema} uses; refuses a keyword
 * it does not know, so that none is passed over.
 */
final class SchemaCheck {
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "properties",
          "required",
          "additionalProperties",
          "enum",
          "pattern",
          "items",
          "minimum",
          "maximum",
          "maxItems");

  private SchemaCheck() {}

  static boolean holds(JsonNode schema, JsonNode value) {
    schema.fieldNames().forEachRemaining(SchemaCheck::mustBeKnown);
    if (schema.has("enum")) {
      for (JsonNode allowed : schema.path("enum")) {
        if (allowed.equals(value)) {
          return true;
        }
      }
      return false;
    }
    return switch (schema.path("type").asText()) {
      case "boolean" -> value.isBoolean();
      case "string" ->
          value.isTextual()
              && (!schema.has("pattern")
                  || value.asText().matches(schema.path("pattern").asText()));
      case "integer" ->
          value.isIntegralNumber()
              && value.asLong() >= schema.path("minimum").asLong(Long.MIN_VALUE)
              && value.asLong() <= schema.path("maximum").asLong(Long.MAX_VALUE);
      case "array" -> array(schema, value);
      case "object" -> object(schema, value);
      default -> throw new IllegalArgumentException("a type this does not know: " + schema);
    };
  }

  private static boolean array(JsonNode schema, JsonNode value) {
    if (!value.isArray() || value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
      return false;
    }
    for (JsonNode item : value) {
      if (!holds(schema.path("items"), item)) {
        return false;
      }
    }
    return true;
  }

  private static boolean object(JsonNode schema, JsonNode value) {
    if (!value.isObject()) {
      return false;
    }
    for (JsonNode required : schema.path("required")) {
      if (!value.has(required.asText())) {
        return false;
      }
    }
    for (var field : value.properties()) {
      JsonNode property = schema.path("properties").path(field.getKey());
      if (property.isMissingNode() || !holds(property, field.getValue())) {
        return false; // additionalProperties is false everywhere
      }
    }
    return true;
  }

  private static void mustBeKnown(String keyword) {
    if (!KNOWN.contains(keyword)) {
      throw new IllegalArgumentException("a keyword this does not know: " + keyword);
    }
  }
}
