package dev.lockstep.simulator.report;

import static dev.lockstep.simulator.demo.Html.escape;

import dev.lockstep.simulator.fuzz.Fuzzer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What fuzzing came to, as one page that needs nothing else. */
public final class FuzzPage {

  private FuzzPage() {}

  /**
   * The page.
   *
   * @param beats of the counterexample; empty if there is none
   */
  public static String html(Fuzzer fuzzer, Fuzzer.Result result, List<Beat> beats) {
    ReachedPage reached = new ReachedPage(result.marks());
    return PageStyle.HEAD
        + "<header><h1>Power cuts at random</h1>\n<p class=\"faint\">"
        + subject(fuzzer)
        + "</p></header>\n<main>\n"
        + summary(fuzzer, result)
        + result.counterexample().map(plan -> PlanPage.section(plan, beats)).getOrElse("")
        + reached.invariants(result.counterexample())
        + reached.cases()
        + "</main>\n</body>\n</html>\n";
  }

  private static String subject(Fuzzer fuzzer) {
    String mutant = fuzzer.simulation().mutant().name();
    return escape(
        "scenario "
            + fuzzer.simulation().scenario().name()
            + (mutant.equals("none") ? "" : ", with the mistake " + mutant)
            + ", seed "
            + fuzzer.seed()
            + ", at most "
            + fuzzer.mostCuts()
            + " cuts in a run"
            + (fuzzer.mishaps() ? " and one mishap" : ""));
  }

  private static String summary(Fuzzer fuzzer, Fuzzer.Result result) {
    boolean violated = result.counterexample().isDefined();
    String verdict =
        result
            .counterexample()
            .map(plan -> plan.invariant() + " was violated")
            .getOrElse("No invariant was violated");
    String lines =
        FuzzText.of(result, fuzzer.seed()).stream()
            .map(line -> "<p>" + escape(line) + "</p>\n")
            .collect(Collectors.joining());
    return String.format(
        Locale.ROOT,
        "<section class=\"verdict%s\">\n<h2>%s</h2>\n%s</section>\n",
        violated ? " bad" : "",
        escape(verdict),
        result
                .counterexample()
                .map(plan -> "<p>" + escape(plan.violation()) + "</p>\n")
                .getOrElse("")
            + lines);
  }
}
