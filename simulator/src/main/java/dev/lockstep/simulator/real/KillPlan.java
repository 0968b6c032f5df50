package dev.lockstep.simulator.real;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * When the power goes, in parts of the time that the uncut command takes.
 *
 * @param staging cuts of the command that stops with the configuration staged, ascending
 * @param finishing cuts of the command that goes on from there
 */
record KillPlan(List<Instant> staging, List<Instant> finishing) {

  private static final int FEWEST = 2;
  private static final int MOST = 5;

  /** One run in so many crashes instead: signals that leave core files where they are allowed. */
  private static final int CRASH_EVERY = 5;

  /** What ends the processes. */
  enum Manner {
    POWER_CUT,
    SEGMENTATION_FAULT,
    ABORT
  }

  /**
   * One cut.
   *
   * @param part from 0 to 1
   */
  record Instant(double part, Manner manner) {}

  /**
   * Draws one: two to five cuts, anywhere.
   *
   * @param stagingShare the part of the whole time that the first command takes
   */
  static KillPlan draw(Random random, double stagingShare) {
    List<Instant> staging = new ArrayList<>();
    List<Instant> finishing = new ArrayList<>();
    int cuts = FEWEST + random.nextInt(MOST - FEWEST + 1);
    for (int cut = 0; cut < cuts; cut++) {
      double at = random.nextDouble();
      Manner manner =
          random.nextInt(CRASH_EVERY) > 0
              ? Manner.POWER_CUT
              : random.nextBoolean() ? Manner.SEGMENTATION_FAULT : Manner.ABORT;
      if (at < stagingShare) {
        staging.add(new Instant(at / stagingShare, manner));
      } else {
        finishing.add(new Instant((at - stagingShare) / (1 - stagingShare), manner));
      }
    }
    return new KillPlan(staging, finishing);
  }

  int cuts() {
    return staging.size() + finishing.size();
  }
}
