package dev.lockstep.initrd.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.lockstep.initrd.policy.PolicyLayer.Given;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A policy in TOML. Whatever is not known is refused: a misspelt wish must not be passed over. */
public final class PolicyFile {

  static final int MOST_BYTES = 64 * 1024;

  private static final TomlMapper TOML = new TomlMapper();

  private PolicyFile() {}

  /** Reads and checks a file; it may be damaged or hostile. */
  public static Either<PolicyFault, PolicyLayer> read(Path file) {
    Place whole = Place.of(file.toString());
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException unreadable) {
      return fault(whole, "the policy file can't be read; check the path");
    }
    if (bytes.length > MOST_BYTES) {
      return fault(whole, "a policy file has at most " + MOST_BYTES + " bytes");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(file.toString(), text);
    } catch (CharacterCodingException notText) {
      return fault(whole, "a policy file is text in UTF-8, and this is not");
    }
  }

  /**
   * Reads and checks a text.
   *
   * @param source what an error calls it
   */
  static Either<PolicyFault, PolicyLayer> parse(String source, String text) {
    JsonNode tree;
    try {
      tree = TOML.readTree(text);
    } catch (JsonProcessingException notToml) {
      return fault(
          new Place(source, notToml.getLocation().getLineNr(), notToml.getLocation().getColumnNr()),
          "this is no TOML: " + oneLine(notToml.getOriginalMessage()));
    }
    return settings(tree, new KeyPlaces(source, text));
  }

  private static Either<PolicyFault, PolicyLayer> settings(JsonNode tree, KeyPlaces places) {
    Map<Setting, Given> settings = new EnumMap<>(Setting.class);
    List<VolumeTables.Given> volumes = List.of();
    for (Map.Entry<String, JsonNode> table : tree.properties()) {
      if (table.getKey().equals(VolumeTables.TABLE)) {
        Either<PolicyFault, List<VolumeTables.Given>> read =
            VolumeTables.read(table.getValue(), places);
        if (read.isLeft()) {
          return Either.left(read.getLeft());
        }
        volumes = read.get();
        continue;
      }
      if (!Setting.isTable(table.getKey())) {
        return fault(places.key(table.getKey()), unknown(table.getKey()));
      }
      if (!table.getValue().isObject()) {
        return fault(places.key(table.getKey()), "'%s' must be a table".formatted(table.getKey()));
      }
      for (Map.Entry<String, JsonNode> entry : table.getValue().properties()) {
        String key = table.getKey() + "." + entry.getKey();
        Option<Setting> setting = Setting.named(key);
        if (setting.isEmpty()) {
          return fault(places.key(key), unknown(key));
        }
        Either<String, Value> value = setting.get().shape().read(entry.getValue());
        if (value.isLeft()) {
          return fault(places.value(key), "%s: %s".formatted(key, value.getLeft()));
        }
        settings.put(setting.get(), new Given(value.get(), places.key(key)));
      }
    }
    return Either.right(new PolicyLayer(settings, volumes));
  }

  private static String unknown(String key) {
    return "'%s' is not known here; the operator's guide lists what is".formatted(oneLine(key));
  }

  /** What a hostile file holds must not reach a terminal as it is. */
  private static String oneLine(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", " ").strip();
    return plain.substring(0, Math.min(plain.length(), 200));
  }

  private static <T> Either<PolicyFault, T> fault(Place place, String problem) {
    return Either.left(new PolicyFault(place, problem));
  }
}
