package dev.lockstep.simulator.real;

import java.util.Optional;

/**
 * What came of one state.
 *
 * @param state which one, in words
 * @param step the last one begun before the cut
 * @param recoveryMillis the time of the run that went on
 * @param fault what does not hold, in a sentence; empty where all was recovered
 */
record Verdict(Tier tier, String state, String step, long recoveryMillis, Optional<String> fault) {

  /** How the state was made. */
  enum Tier {
    SYNC_POINT("sync points"),
    REORDERED("reordered states"),
    KILLED("killed runs");

    private final String plural;

    Tier(String plural) {
      this.plural = plural;
    }

    String plural() {
      return plural;
    }
  }

  boolean isLost() {
    return fault.isPresent();
  }
}
