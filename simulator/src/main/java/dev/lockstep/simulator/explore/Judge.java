package dev.lockstep.simulator.explore;

import dev.lockstep.statemachine.invariant.Evidence;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.invariant.Invariant;
import dev.lockstep.statemachine.invariant.Invariants;
import dev.lockstep.statemachine.invariant.Recovery;
import io.vavr.control.Option;
import java.util.List;

/** Holds the invariants against what a cut left. */
record Judge(Simulation simulation, Lens lens) {

  Judge(Simulation simulation) {
    this(simulation, Lens.CLEAR);
  }

  /** Those that look at the journal only: of every cut. */
  Option<Violation> ofHistory(History history, Image image) {
    return first(Invariants.ofHistory(), evidence(history, image, Option.none()));
  }

  /** Those that look at the media: of every image. */
  Option<Violation> ofMedium(History history, Image image) {
    return first(Invariants.ofMedium(), evidence(history, image, Option.none()));
  }

  /** Those that look at what followed. */
  Option<Violation> ofRecovery(History history, Image image, Recovery recovery) {
    return first(
        Invariants.ofRecovery(simulation.scenario().bootsToEnd()),
        evidence(history, image, Option.some(recovery)));
  }

  private Evidence evidence(History history, Image image, Option<Recovery> recovery) {
    return new Evidence(history, new Inspection(simulation, image), recovery);
  }

  private Option<Violation> first(List<Invariant> invariants, Evidence evidence) {
    for (Invariant invariant : invariants) {
      Option<String> broken = invariant.violatedBy(seenBy(invariant, evidence));
      if (broken.isDefined()) {
        return broken.map(sentence -> new Violation(invariant.name(), sentence));
      }
    }
    return Option.none();
  }

  private Evidence seenBy(Invariant invariant, Evidence evidence) {
    return new Evidence(
        evidence.history(), lens.looking(invariant.name(), evidence.medium()), evidence.recovery());
  }
}
