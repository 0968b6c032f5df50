package dev.lockstep.journal;

/**
 * How often a test tries: a few seconds' worth in every build, the full number with {@code
 * -Dlockstep.kills=full} (docs/CRASH_MODEL.md says what came of it).
 */
public final class Tries {
  private Tries() {}

  public static int of(int inEveryBuild, int full) {
    return isFull() ? full : inEveryBuild;
  }

  public static boolean isFull() {
    return "full".equals(System.getProperty("lockstep.kills"));
  }
}
