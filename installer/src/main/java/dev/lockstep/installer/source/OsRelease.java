package dev.lockstep.installer.source;

import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tree's os-release says (os-release(5)), cleaned so that it can stand in a boot entry.
 *
 * @param id as {@code debian}; {@code linux} where nothing is said
 * @param title the pretty name
 * @param version of the system, where it has one
 */
public record OsRelease(String id, String title, Option<String> version) {
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_VALUE = 200;

  /** Reads {@code etc/os-release} or {@code usr/lib/os-release}, whichever is there. */
  static OsRelease of(Path root) throws IOException {
    for (String place : List.of("etc/os-release", "usr/lib/os-release")) {
      Option<byte[]> bytes = TreeFiles.read(root, place, MAX_BYTES);
      if (bytes.isDefined()) {
        return parse(new String(bytes.get(), StandardCharsets.UTF_8));
      }
    }
    return parse("");
  }

  static OsRelease parse(String text) {
    Map<String, String> values = new HashMap<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#") && line.indexOf('=') > 0)
        .forEach(
            line ->
                values.put(
                    line.substring(0, line.indexOf('=')),
                    clean(line.substring(line.indexOf('=') + 1))));
    String id = values.getOrDefault("ID", "linux").replaceAll("[^a-z0-9._-]", "");
    String title =
        values.getOrDefault("PRETTY_NAME", "").isBlank() ? "Linux" : values.get("PRETTY_NAME");
    return new OsRelease(
        id.matches("[a-z0-9].*") ? id : "linux",
        title,
        Option.of(values.get("VERSION_ID")).filter(version -> !version.isBlank()));
  }

  private static String clean(String raw) {
    String value = raw.strip();
    boolean quoted =
        value.length() >= 2
            && (value.startsWith("\"") || value.startsWith("'"))
            && value.charAt(0) == value.charAt(value.length() - 1);
    String plain =
        (quoted ? value.substring(1, value.length() - 1) : value)
            .replaceAll("[\\p{Cntrl}\\\\]", "")
            .strip();
    return plain.substring(0, Math.min(MAX_VALUE, plain.length())).strip();
  }
}
