package dev.lockstep.simulator.report;

import static dev.lockstep.simulator.demo.Html.escape;

import dev.lockstep.statemachine.firstboot.Phase;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An exploration as one page that needs nothing else. */
public final class ExplorationPage {

  private final ExplorationReport report;
  private final StringBuilder page = new StringBuilder();

  private ExplorationPage(ExplorationReport report) {
    this.report = report;
  }

  /**
   * The page.
   *
   * @param beats of the counterexample; empty if there is none
   */
  public static String html(ExplorationReport report, List<Beat> beats) {
    ExplorationPage writer = new ExplorationPage(report);
    writer.page.append(PageStyle.HEAD);
    writer.summary();
    if (report.isViolated()) {
      writer.page.append(PlanPage.section(report.counterexample(), beats));
    }
    if (!report.reached().isEmpty()) { // another machine has others
      ReachedPage reached = new ReachedPage(report.reached());
      writer.page.append(reached.invariants(Option.of(report.counterexample())));
      writer.phases();
      writer.page.append(reached.cases());
    }
    writer.conditions();
    return writer.page.append("</main>\n</body>\n</html>\n").toString();
  }

  private void summary() {
    page.append(
        String.format(
            Locale.ROOT,
            "<header><h1>Every power cut</h1>\n<p class=\"faint\">%s</p></header>\n<main>\n",
            subject()));
    page.append(
        String.format(
            Locale.ROOT, "<section class=\"verdict%s\">\n", report.isViolated() ? " bad" : ""));
    page.append(
        String.format(
            Locale.ROOT,
            "<h2>%s</h2>\n<p>%s</p>\n",
            escape(
                report.isViolated()
                    ? report.counterexample().invariant() + " was violated"
                    : "No invariant was violated"),
            escape(report.isViolated() ? report.counterexample().violation() : coverage())));
    page.append("<ul class=\"figures\">\n");
    figure(count(report.states()), "states");
    figure(count(report.images()), "images, of which equal ones count once");
    figure(count(report.recoveries()), "recoveries");
    figure(count(report.mostCuts()), "cuts in a row at most");
    figure(count(Math.round(ExplorationText.aSecond(report.states(), report))), "states a second");
    page.append("</ul>\n</section>\n");
  }

  private String subject() {
    return escape(
        "scenario "
            + report.scenario()
            + (report.mutant().equals("none") ? "" : ", with the mistake " + report.mutant())
            + (report.shard().equals("1/1") ? "" : ", shard " + report.shard()));
  }

  private String coverage() {
    String words = ExplorationText.coverage(report);
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }

  private void figure(String number, String what) {
    page.append(
        String.format(Locale.ROOT, "<li><b>%s</b> %s</li>\n", escape(number), escape(what)));
  }

  private void phases() {
    page.append("<h2>States by the phase that their journal tells</h2>\n<table>\n");
    long most = report.phases().values().stream().mapToLong(Long::longValue).max().orElse(1);
    List<String> order = inOrder(Phase.class);
    List<Map.Entry<String, Long>> phases = new ArrayList<>(report.phases().entrySet());
    phases.sort(Comparator.comparingInt(phase -> order.indexOf(phase.getKey())));
    for (Map.Entry<String, Long> phase : phases) {
      page.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s</td><td class=\"number\">%,d</td><td class=\"bar\"><i style=\"width:%.1f%%\"></i></td></tr>\n",
              escape(phase.getKey()),
              phase.getValue(),
              100.0 * phase.getValue() / Math.max(1, most)));
    }
    page.append("</table>\n");
  }

  /** As they are declared, which is the order of the first boot. */
  private static List<String> inOrder(Class<?> phase) {
    Class<?>[] kinds = phase.getPermittedSubclasses();
    return kinds == null
        ? List.of(phase.getSimpleName())
        : Arrays.stream(kinds).flatMap(kind -> inOrder(kind).stream()).toList();
  }

  private void conditions() {
    page.append("<h2>Bounds</h2>\n<table class=\"pairs\">\n");
    row("cuts in a row", report.maxCuts());
    row("covered", coverage());
    if (report.allSubsetsOf() > 0) {
      row("every subset of at most", report.allSubsetsOf() + " pending writes");
    }
    row(
        "moments with more",
        report.bounded().isEmpty()
            ? "none"
            : String.format(
                Locale.ROOT,
                "%,d, where %.3g subsets were left out",
                report.bounded().size(),
                report.leftOut()));
    row("mishaps", report.mishapsUpTo() == null ? "none" : ExplorationText.mishaps(report));
    row("states at most", count(report.maxStates()));
    row("recoveries that joined an earlier one", count(report.joined()));
    row("time", String.format(Locale.ROOT, "%.1f s", report.seconds()));
    row("build", report.build());
    page.append("</table>\n");
  }

  private void row(String what, String value) {
    page.append(
        String.format(
            Locale.ROOT, "<tr><th>%s</th><td>%s</td></tr>\n", escape(what), escape(value)));
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
