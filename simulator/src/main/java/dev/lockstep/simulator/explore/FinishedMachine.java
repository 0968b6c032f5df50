package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.mutant.Mutant;

/** What a first boot leaves that nothing interrupts. */
final class FinishedMachine {

  private FinishedMachine() {}

  static Image of(Scenario installed) {
    Arrival arrival =
        new Leg(
                Simulation.of(installed, Mutant.NONE),
                Wish.ENCRYPT,
                installed.start(),
                installed.start().journalReading())
            .run(_ -> {});
    if (!arrival.recovery().complete()) {
      throw new IllegalStateException("the first boot ended so: " + arrival.recovery());
    }
    return arrival.image();
  }
}
