package dev.lockstep.simulator.report;

import dev.lockstep.journal.scan.Printable;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Reached;
import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.invariant.Invariants;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** An exploration in so few lines that they fit a screen. */
public final class ExplorationText {

  private static final int MOST_CUTS_TOLD = 12;

  private ExplorationText() {}

  public static List<String> of(ExplorationReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d states from %,d images, %,d recoveries (%,d joined an earlier one), at most %d cuts in a row, %.1f s",
            report.states(),
            report.images(),
            report.recoveries(),
            report.joined(),
            report.mostCuts(),
            report.seconds()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%,.0f images and %,.0f recoveries a second",
            aSecond(report.images(), report),
            aSecond(report.recoveries(), report)));
    lines.add(coverage(report));
    if (report.mishapsUpTo() != null) {
      lines.add(mishaps(report));
    }
    lines.add(
        report.bounded().isEmpty()
            ? "every subset of the pending writes was tried at every moment"
            : String.format(
                Locale.ROOT,
                "bounded: at %,d moments too many writes were pending; %.3g subsets left out",
                report.bounded().size(),
                report.leftOut()));
    if (!report.reached().isEmpty()) {
      lines.add(reached(report));
    }
    if (report.isViolated()) {
      lines.addAll(of(report.counterexample()));
    }
    return lines.stream().map(Printable::of).toList(); // a merged report may be anybody's
  }

  static double aSecond(long count, ExplorationReport report) {
    return count / Math.max(1e-3, report.seconds());
  }

  static String coverage(ExplorationReport report) {
    if (report.isViolated()) {
      return "stopped at the first violation";
    }
    if (!report.stoppedBy().isEmpty()) {
      return "bounded: stopped by " + report.stoppedBy();
    }
    if (report.fixpoint()) {
      return "fixpoint: any number of power cuts is covered"
          + (report.shard().equals("1/1") ? "" : ", in shard " + report.shard() + " of it");
    }
    return report.maxCuts().equals("unlimited")
        ? "not all states were gone on from"
        : "bounded: up to " + report.maxCuts() + " cuts in a row";
  }

  static String mishaps(ExplorationReport report) {
    return String.format(
        Locale.ROOT,
        "%,d runs with one mishap each, in boots begun after at most %d cuts",
        report.mishaps(),
        report.mishapsUpTo());
  }

  private static String reached(ExplorationReport report) {
    long cases =
        Arrays.stream(Case.values())
            .filter(each -> report.reached().contains(Reached.CASE + each.name()))
            .count();
    long asked =
        Invariants.names().stream()
            .filter(name -> report.reached().stream().anyMatch(isPremiseOf(name)))
            .count();
    return String.format(
        Locale.ROOT,
        "%d phases and %d of %d cases of the decider; %d invariants asked the media %d things",
        report.reached().stream().filter(mark -> mark.startsWith(Reached.PHASE)).count(),
        cases,
        Case.values().length,
        asked,
        report.reached().stream().filter(mark -> mark.startsWith(Reached.PREMISE)).count());
  }

  static Predicate<String> isPremiseOf(String invariant) {
    return mark -> mark.startsWith(Reached.PREMISE + invariant + " ");
  }

  /** A counterexample, cut by cut. */
  public static List<String> of(Plan plan) {
    List<String> lines = new ArrayList<>();
    lines.add("VIOLATED " + plan.invariant() + ": " + plan.violation());
    for (int cut = 0; cut < Math.min(MOST_CUTS_TOLD, plan.cuts().size()); cut++) {
      lines.add("  cut " + (cut + 1) + " " + plan.cuts().get(cut));
    }
    if (plan.cuts().size() > MOST_CUTS_TOLD) {
      lines.add("  and " + (plan.cuts().size() - MOST_CUTS_TOLD) + " more");
    }
    if (plan.cuts().isEmpty()) {
      lines.add("  without any cut");
    }
    if (plan.mishap() != null) {
      lines.add("  then " + plan.mishap());
    }
    return lines;
  }
}
