package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.loop.Witness;
import java.util.function.Consumer;

/**
 * What happens from one power cut to the next: boots, each after an orderly shutdown of the one
 * before, until all is done or the boots allowed are used up.
 *
 * @param asked of the first of these boots; the others are what every boot is
 * @param start what the last cut left
 * @param reading of its journal
 */
record Leg(Simulation simulation, Goal asked, Image start, JournalReading reading) {

  /** How it ended, and what is on the media then. */
  record Arrival(Recovery recovery, Image image, int moments) {}

  Arrival run(Consumer<Moment> moments) {
    return run(moments, Witness.none());
  }

  /**
   * Lets it happen.
   *
   * @param moments told of every instant at which the power may go, and may throw a {@code
   *     PowerCut}
   */
  Arrival run(Consumer<Moment> moments, Witness<Phase, Intent, Outcome> witness) {
    Image image = start;
    JournalReading journal = reading;
    int ordinal = 0;
    int boots = 0;
    Goal goal = asked;
    Computer.End end;
    do {
      Computer computer = new Computer(simulation, goal, image, journal, ordinal, moments, witness);
      end = computer.run();
      boots += end.refused() ? 0 : 1; // the operator's wish was, not the machine's own work
      goal = Goal.ENCRYPT;
      image = computer.shutDown();
      journal = journal.extendedBy(image.journal());
      ordinal = computer.nextOrdinal();
    } while (!end.complete() && boots < simulation.boots());
    boolean whole =
        end.undone()
            ? new Inspection(simulation, image).isAsInstalled()
            : end.complete() && Inspection.finishedContentIsWhole(simulation, image);
    return new Arrival(
        new Recovery(boots, end.complete(), end.undone(), whole, end.words()), image, ordinal);
  }
}
