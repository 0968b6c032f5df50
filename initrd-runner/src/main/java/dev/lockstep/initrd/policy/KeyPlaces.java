package dev.lockstep.initrd.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where each key of a TOML text stands. Jackson reads TOML into a tree and keeps no places, so they
 * are looked for again, in a text that is known to be TOML by then. A key that is written in a way
 * not looked for (quoted, or in an inline table) has the place of its table, or of the file.
 */
final class KeyPlaces {

  private static final String NAME = "[A-Za-z0-9_-]+";
  private static final String PATH = NAME + "(?:\\s*\\.\\s*" + NAME + ")*";
  private static final Pattern TABLE = Pattern.compile("\\s*\\[{1,2}\\s*(" + PATH + ")\\s*].*");
  private static final Pattern KEY = Pattern.compile("\\s*(" + PATH + ")\\s*=\\s*(.*)");

  private final String source;
  private final Map<String, Place> keys = new HashMap<>();
  private final Map<String, Place> values = new HashMap<>();

  KeyPlaces(String source, String toml) {
    this.source = source;
    String table = "";
    Map<String, Integer> several = new HashMap<>();
    int number = 0;
    for (String line : toml.split("\n", -1)) {
      number++;
      Matcher opened = TABLE.matcher(line);
      Matcher set = KEY.matcher(line);
      if (opened.matches()) {
        table = dotted(opened.group(1));
        if (line.strip().startsWith("[[")) { // its members are told apart by their number
          keys.putIfAbsent(table, new Place(source, number, opened.start(1) + 1));
          table += "." + (several.merge(table, 1, Integer::sum) - 1);
        }
        keys.putIfAbsent(table, new Place(source, number, opened.start(1) + 1));
      } else if (set.lookingAt()) {
        String path = (table.isEmpty() ? "" : table + ".") + dotted(set.group(1));
        keys.putIfAbsent(path, new Place(source, number, set.start(1) + 1));
        values.putIfAbsent(path, new Place(source, number, set.start(2) + 1));
      }
    }
  }

  private static String dotted(String path) {
    return path.replaceAll("\\s", "");
  }

  /** Where the key's name stands. */
  Place key(String path) {
    Place known = keys.get(path);
    if (known != null) {
      return known;
    }
    int dot = path.lastIndexOf('.');
    return dot < 0 ? Place.of(source) : key(path.substring(0, dot));
  }

  /** Where its value begins. */
  Place value(String path) {
    Place known = values.get(path);
    return known == null ? key(path) : known;
  }
}
