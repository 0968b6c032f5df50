package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Exploration;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An exploration in a few lines. */
public final class ExplorationText {

  private ExplorationText() {}

  public static List<String> of(Exploration exploration) {
    Tally tally = exploration.tally();
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d states from %,d images, %,d recoveries (%,d joined an earlier one), at most %d cuts in a row, %.1f s",
            tally.states(),
            tally.images(),
            tally.recoveries(),
            tally.joined(),
            tally.mostCuts(),
            tally.time().toMillis() / 1e3));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,.0f images and %,.0f recoveries a second",
            tally.imagesPerSecond(),
            tally.recoveriesPerSecond()));
    lines.add(coverage(exploration));
    lines.add(
        tally.boundedMoments() == 0
            ? "every subset of the pending writes was tried at every moment"
            : String.format(
                Locale.ROOT,
                "bounded: at %,d moments too many writes were pending; %.3g subsets left out",
                tally.boundedMoments(),
                tally.subsetsLeftOut()));
    exploration.counterexample().forEach(plan -> lines.addAll(of(plan)));
    return lines;
  }

  private static String coverage(Exploration exploration) {
    Tally tally = exploration.tally();
    if (exploration.counterexample().isDefined()) {
      return "stopped at the first violation";
    }
    if (tally.fixpoint()) {
      return "fixpoint: any number of power cuts is covered";
    }
    if (!tally.stoppedBy().isEmpty()) {
      return "bounded: stopped by " + tally.stoppedBy();
    }
    return exploration.bounds().maxCuts() == Bounds.UNLIMITED
        ? "not all states were gone on from"
        : "bounded: up to " + exploration.bounds().maxCuts() + " cuts in a row";
  }

  /** A counterexample, cut by cut. */
  public static List<String> of(Plan plan) {
    List<String> lines = new ArrayList<>();
    lines.add("VIOLATED " + plan.invariant() + ": " + plan.violation());
    for (int cut = 0; cut < plan.cuts().size(); cut++) {
      lines.add("  cut " + (cut + 1) + " " + plan.cuts().get(cut));
    }
    if (plan.cuts().isEmpty()) {
      lines.add("  without any cut");
    }
    return lines;
  }
}
