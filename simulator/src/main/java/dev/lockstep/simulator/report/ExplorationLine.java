package dev.lockstep.simulator.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An exploration in one line, for several below each other. */
public final class ExplorationLine {

  private ExplorationLine() {}

  /** One line, and below it a counterexample, where there is one. */
  public static List<String> of(ExplorationReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-24s %,9d states %,11d images  %2d cuts %7.1f s  %s%s%s",
            report.scenario(),
            report.states(),
            report.images(),
            report.mostCuts(),
            report.seconds(),
            ExplorationText.coverage(report),
            report.mishapsUpTo() == null ? "" : "; " + ExplorationText.mishaps(report),
            report.bounded().isEmpty()
                ? ""
                : String.format(
                    Locale.ROOT,
                    "; bounded at %,d moments, %.3g subsets left out",
                    report.bounded().size(),
                    report.leftOut())));
    if (report.isViolated()) {
      lines.addAll(ExplorationText.of(report.counterexample()));
    }
    return lines;
  }

  /**
   * What they come to together.
   *
   * @param violated how many of them
   */
  public static String sum(List<ExplorationReport> reports, long violated) {
    return String.format(
        Locale.ROOT,
        "%d scenarios, %d to the fixpoint, %d violated; %,d states from %,d images, %.1f s",
        reports.size(),
        reports.stream().filter(ExplorationReport::fixpoint).count(),
        violated,
        reports.stream().mapToLong(ExplorationReport::states).sum(),
        reports.stream().mapToLong(ExplorationReport::images).sum(),
        reports.stream().mapToDouble(ExplorationReport::seconds).sum());
  }
}
