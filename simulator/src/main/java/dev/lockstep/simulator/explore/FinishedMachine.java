package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.statemachine.firstboot.Goal;

/** What a first boot leaves that nothing interrupts. */
final class FinishedMachine {

  private FinishedMachine() {}

  static Image of(Scenario installed) {
    Arrival arrival =
        new Leg(
                Simulation.of(installed, Mutant.NONE),
                Goal.ENCRYPT,
                installed.start(),
                installed.start().journalReading())
            .run(_ -> {});
    if (!arrival.recovery().complete()) {
      throw new IllegalStateException("the first boot ended so: " + arrival.recovery());
    }
    return arrival.image();
  }
}
