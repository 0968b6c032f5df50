package dev.lockstep.initrd.cryptsetup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the JSON area into {@link Luks2Metadata}. Anything may be in it: sizes, depths and counts
 * are bounded, and every surprise is a {@link MalformedMetadataException}. Unknown fields are
 * passed over, as the format asks for.
 */
final class Luks2MetadataReader {
  private static final int DEEPEST_NESTING = 32; // json-c's own limit
  private static final int LONGEST_NUMBER = 20;

  /** Ids are small numbers: 32 keyslots, tokens and segments at most (lib/luks2/luks2.h). */
  private static final int LARGEST_ID = 127;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST_NESTING)
                          .maxNumberLength(LONGEST_NUMBER)
                          .maxStringLength(Luks2BinaryHeader.LARGEST_HEADER_BYTES)
                          .maxDocumentLength(Luks2BinaryHeader.LARGEST_HEADER_BYTES)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Luks2MetadataReader() {}

  static ObjectNode parse(String json) throws MalformedMetadataException {
    try {
      if (MAPPER.readTree(json) instanceof ObjectNode root) {
        return root;
      }
      throw new MalformedMetadataException("the JSON area is no JSON object");
    } catch (JsonProcessingException e) {
      // not the parser's own message: it may quote the input; and a broken limit has no location
      throw new MalformedMetadataException(
          Optional.ofNullable(e.getLocation())
              .map(location -> "the JSON area is broken near character " + location.getCharOffset())
              .orElse("the JSON area passes a limit of size or depth"));
    }
  }

  static byte[] print(ObjectNode root) {
    try {
      return MAPPER.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be printed", e);
    }
  }

  static Luks2Metadata read(ObjectNode root) throws MalformedMetadataException {
    List<Keyslot> keyslots = new ArrayList<>();
    for (Map.Entry<Integer, JsonNode> entry : children(root, "keyslots").entrySet()) {
      keyslots.add(keyslot(entry.getKey(), entry.getValue()));
    }
    List<Segment> segments = new ArrayList<>();
    for (Map.Entry<Integer, JsonNode> entry : children(root, "segments").entrySet()) {
      segments.add(segment(entry.getKey(), entry.getValue()));
    }
    List<Digest> digests = new ArrayList<>();
    for (Map.Entry<Integer, JsonNode> entry : children(root, "digests").entrySet()) {
      JsonNode digest = entry.getValue();
      digests.add(
          new Digest(
              entry.getKey(),
              text(digest, "type"),
              ids(digest, "keyslots"),
              ids(digest, "segments")));
    }
    List<Token> tokens = new ArrayList<>();
    for (Map.Entry<Integer, JsonNode> entry : children(root, "tokens").entrySet()) {
      JsonNode token = entry.getValue();
      tokens.add(new Token(entry.getKey(), text(token, "type"), ids(token, "keyslots")));
    }
    JsonNode config = object(root, "config");
    return new Luks2Metadata(
        keyslots,
        segments,
        digests,
        tokens,
        requirements(config),
        bytes(config, "json_size"),
        bytes(config, "keyslots_size"));
  }

  private static Keyslot keyslot(int id, JsonNode node) throws MalformedMetadataException {
    String type = text(node, "type");
    return switch (type) {
      case "luks2" ->
          new Keyslot.Passphrase(
              id, integer(node, "key_size"), text(object(node, "kdf"), "type"), area(node));
      case "reencrypt" -> {
        JsonNode area = object(node, "area");
        yield new Keyslot.Reencryption(
            id,
            text(node, "mode"),
            text(node, "direction"),
            area(node),
            area.has("shift_size")
                ? OptionalLong.of(bytes(area, "shift_size"))
                : OptionalLong.empty());
      }
      default -> new Keyslot.Other(id, type);
    };
  }

  private static Keyslot.Area area(JsonNode keyslot) throws MalformedMetadataException {
    JsonNode area = object(keyslot, "area");
    return new Keyslot.Area(text(area, "type"), bytes(area, "offset"), bytes(area, "size"));
  }

  private static Segment segment(int id, JsonNode node) throws MalformedMetadataException {
    String type = text(node, "type");
    long offset = bytes(node, "offset");
    OptionalLong size =
        text(node, "size").equals("dynamic")
            ? OptionalLong.empty()
            : OptionalLong.of(bytes(node, "size"));
    if (size.isPresent() && offset > Long.MAX_VALUE - size.getAsLong()) {
      throw new MalformedMetadataException("segment " + id + " ends past all devices");
    }
    Set<String> flags = node.has("flags") ? strings(node, "flags") : Set.of();
    return switch (type) {
      case "linear" -> new Segment.Linear(id, offset, size, flags);
      case "crypt" ->
          new Segment.Crypt(
              id,
              offset,
              size,
              flags,
              bytes(node, "iv_tweak"),
              text(node, "encryption"),
              sectorBytes(node),
              node.has("integrity"));
      default -> throw new MalformedMetadataException("segment " + id + " is of type " + type);
    };
  }

  private static int sectorBytes(JsonNode segment) throws MalformedMetadataException {
    int size = integer(segment, "sector_size");
    if (size != 512 && size != 1024 && size != 2048 && size != 4096) {
      throw new MalformedMetadataException("a sector size of " + size + " bytes");
    }
    return size;
  }

  private static Set<String> requirements(JsonNode config) throws MalformedMetadataException {
    if (!config.has("requirements")) {
      return Set.of();
    }
    JsonNode requirements = object(config, "requirements");
    return requirements.has("mandatory") ? strings(requirements, "mandatory") : Set.of();
  }

  private static Map<Integer, JsonNode> children(JsonNode root, String field)
      throws MalformedMetadataException {
    Map<Integer, JsonNode> found = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : object(root, field).properties()) {
      if (!entry.getValue().isObject()) {
        throw new MalformedMetadataException(field + "." + entry.getKey() + " is no object");
      }
      if (found.put(id(field, entry.getKey()), entry.getValue()) != null) {
        throw new MalformedMetadataException(field + "." + entry.getKey() + " is there twice");
      }
    }
    return found;
  }

  private static Set<Integer> ids(JsonNode node, String field) throws MalformedMetadataException {
    Set<Integer> ids = new HashSet<>();
    for (String text : strings(node, field)) {
      ids.add(id(field, text));
    }
    return ids;
  }

  private static int id(String field, String text) throws MalformedMetadataException {
    long id = number(field, text);
    if (id > LARGEST_ID) {
      throw new MalformedMetadataException(field + " has the id " + id);
    }
    return (int) id;
  }

  private static JsonNode object(JsonNode node, String field) throws MalformedMetadataException {
    JsonNode child = node.get(field);
    if (child == null || !child.isObject()) {
      throw new MalformedMetadataException("there is no object " + field);
    }
    return child;
  }

  private static String text(JsonNode node, String field) throws MalformedMetadataException {
    JsonNode child = node.get(field);
    if (child == null || !child.isTextual()) {
      throw new MalformedMetadataException("there is no text " + field);
    }
    return child.textValue();
  }

  private static int integer(JsonNode node, String field) throws MalformedMetadataException {
    JsonNode child = node.get(field);
    if (child == null || !child.isInt() || child.intValue() < 0) {
      throw new MalformedMetadataException("there is no number " + field);
    }
    return child.intValue();
  }

  /** Numbers that may pass 2^53 are written as decimal text in LUKS2. */
  private static long bytes(JsonNode node, String field) throws MalformedMetadataException {
    return number(field, text(node, field));
  }

  private static long number(String field, String text) throws MalformedMetadataException {
    if (!text.matches("0|[1-9][0-9]{0,18}")) {
      throw new MalformedMetadataException(field + " is " + text + ", no decimal number");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new MalformedMetadataException(field + " is " + text + ", past 2^63");
    }
  }

  private static Set<String> strings(JsonNode node, String field)
      throws MalformedMetadataException {
    JsonNode array = node.get(field);
    if (array == null || !array.isArray()) {
      throw new MalformedMetadataException("there is no array " + field);
    }
    Set<String> found = new HashSet<>();
    for (JsonNode element : array) {
      if (!element.isTextual()) {
        throw new MalformedMetadataException(field + " holds something else than text");
      }
      found.add(element.textValue());
    }
    return found;
  }
}
