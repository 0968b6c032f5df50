package dev.lockstep.journal.cli;

import java.io.Console;
import java.util.Map;

/** Colour where a person looks at a terminal and did not ask for none (no-color.org). */
record Colours(boolean wanted) {
  static Colours forThisTerminal(Console console, Map<String, String> environment) {
    boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Colours(console != null && console.isTerminal() && !refused);
  }

  String heading(String text) {
    return paint("1", text);
  }

  String damage(String text) {
    return paint("31", text);
  }

  String note(String text) {
    return paint("33", text);
  }

  String faint(String text) {
    return paint("2", text);
  }

  private String paint(String code, String text) {
    return wanted ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
