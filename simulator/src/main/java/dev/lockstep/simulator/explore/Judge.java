package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.statemachine.invariant.EntryOldOrNew;
import dev.lockstep.statemachine.invariant.Evidence;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.invariant.Invariant;
import dev.lockstep.statemachine.invariant.Invariants;
import dev.lockstep.statemachine.invariant.NoKeyOnMedia;
import dev.lockstep.statemachine.invariant.NoLockout;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.invariant.SomeEntryBoots;
import io.vavr.control.Option;
import java.util.List;

/** Holds the invariants against what a cut left. */
record Judge(Simulation simulation, Lens lens) {

  private static final List<Invariant> AFTER_FOREIGN =
      List.of(
          new AfterMishap.NothingLost(),
          new NoKeyOnMedia(),
          new SomeEntryBoots(),
          new EntryOldOrNew(),
          new NoLockout());

  private static final String SAID_AND_WROTE =
      "a runner that could not read the journal wrote something";

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

  /** The same where a mishap may have come about: after what is done from outside, the least. */
  Option<Violation> ofMedium(History history, Image image, Option<Mishap> suffered) {
    return isForeign(suffered)
        ? first(AFTER_FOREIGN, evidence(history, image, Option.none()))
        : ofMedium(history, image);
  }

  /** Those that look at what followed, likewise. */
  Option<Violation> ofArrival(Outset outset, Arrival arrival, Option<Mishap> suffered) {
    if (isForeign(suffered)) {
      return ofMedium(outset.history(), arrival.image(), suffered)
          .orElse(() -> AfterMishap.endsClearly(arrival));
    }
    if (!arrival.quiet()) {
      return Option.some(new Violation("RefusalWritesNothing", SAID_AND_WROTE));
    }
    int boots = simulation.scenario().bootsToEnd() + (suffered.isDefined() ? 1 : 0);
    return first(
        Invariants.ofRecovery(boots),
        evidence(outset.history(), outset.image(), Option.some(arrival.recovery())));
  }

  private static boolean isForeign(Option<Mishap> suffered) {
    return suffered.exists(mishap -> mishap.kind().isForeign());
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
