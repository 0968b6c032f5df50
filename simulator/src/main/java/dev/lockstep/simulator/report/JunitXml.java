package dev.lockstep.simulator.report;

import dev.lockstep.journal.scan.Printable;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.fuzz.Fuzzer;
import dev.lockstep.statemachine.invariant.Invariants;
import io.vavr.control.Option;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An exploration as a test suite, a case for each invariant: what build servers show. */
public final class JunitXml {

  private JunitXml() {}

  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  public static String of(String suite, ExplorationReport report) {
    return DECLARATION + testSuite(suite, report);
  }

  /** Several, each as a suite of its own, named by its scenario. */
  public static String of(String name, List<ExplorationReport> reports) {
    return reports.stream()
        .map(report -> testSuite(name + " " + report.scenario(), report))
        .collect(
            Collectors.joining(
                "",
                DECLARATION + "<testsuites name=\"" + escaped(name) + "\">\n",
                "</testsuites>\n"));
  }

  /** What fuzzing came to. */
  public static String of(String suite, Fuzzer.Result result, long seed, double seconds) {
    return DECLARATION
        + testSuite(
            suite, Invariants.names(), result.counterexample(), seconds, FuzzText.of(result, seed));
  }

  private static String testSuite(String suite, ExplorationReport report) {
    return testSuite(
        suite,
        report.reached().isEmpty() ? List.of(report.scenario()) : Invariants.names(),
        Option.of(report.counterexample()),
        report.seconds(),
        ExplorationText.of(report));
  }

  private static String testSuite(
      String suite, List<String> names, Option<Plan> plan, double seconds, List<String> told) {
    StringBuilder xml = new StringBuilder();
    xml.append(
        String.format(
            Locale.ROOT,
            "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" time=\"%.3f\">%n",
            escaped(suite),
            names.size(),
            plan.isDefined() ? 1 : 0,
            seconds));
    names.forEach(name -> xml.append(testCase(suite, name, plan)));
    xml.append("  <system-out>");
    told.forEach(line -> xml.append(escaped(line)).append('\n'));
    return xml.append("</system-out>\n</testsuite>\n").toString();
  }

  private static String testCase(String suite, String invariant, Option<Plan> plan) {
    String open =
        "  <testcase classname=\"" + escaped(suite) + "\" name=\"" + escaped(invariant) + "\"";
    return plan.filter(found -> found.invariant().equals(invariant))
        .map(
            found ->
                open
                    + ">\n    <failure message=\""
                    + escaped(found.violation())
                    + "\">"
                    + found.json().lines().map(JunitXml::escaped).collect(Collectors.joining("\n"))
                    + "</failure>\n  </testcase>\n")
        .getOrElse(open + "/>\n");
  }

  /** Characters that XML can't hold are told by their code. */
  private static String escaped(String text) {
    return Printable.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
