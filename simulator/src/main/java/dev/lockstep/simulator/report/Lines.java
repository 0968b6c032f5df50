package dev.lockstep.simulator.report;

/** Text of others, cut down to what fits one sentence. */
final class Lines {

  private Lines() {}

  static String first(String text) {
    String line = text.lines().findFirst().orElse("it is damaged");
    int details = line.indexOf(" (");
    return details < 0 ? line : line.substring(0, details);
  }
}
