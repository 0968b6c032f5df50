package dev.lockstep.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.explore.Wish;
import dev.lockstep.simulator.fuzz.Fuzzer;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.simulator.real.Shard;
import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.invariant.Invariants;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PagesTest {

  private static final String HOSTILE = "<script>alert('x')</script> & \"quoted\" \u001b[2J";

  private static ExplorationReport explored(String mutant) throws Exception {
    return Reports.of(
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named(mutant)),
        Bounds.cuts(1),
        1,
        Shard.WHOLE,
        false,
        (_, _, _) -> {});
  }

  @Test
  void aPageTellsWhatWasCoveredAndNeedsNothingElse() throws Exception {
    ExplorationReport report = explored("none");

    String page = ExplorationPage.html(report, List.of());

    assertThat(page)
        .contains("No invariant was violated", "up to 1 cuts in a row")
        .contains("%,d".formatted(report.states()))
        .doesNotContain("http:", "https:", "src=", "<script", "@import", "url(");
    assertThat(Invariants.names()).allSatisfy(name -> assertThat(page).contains(name));
    assertThat(page).contains(">" + Case.HEADER_TORN.name() + "<");
    assertThat(page).contains("class=\"not\">" + Case.UNDO_ASKED.name() + "<");
  }

  @Test
  void aViolationIsMarkedOnceAndLast() throws Exception {
    ExplorationReport report = explored("entry-overwritten");
    List<Beat> beats = PlanStory.of(report.counterexample());

    String page = ExplorationPage.html(report, beats);

    assertThat(page).contains("class=\"bad\">violated<").containsOnlyOnce("First violation.");
    assertThat(page.indexOf("Power cut 1")).isPositive().isLessThan(page.indexOf("First viol"));
    assertThat(page.split("class=\"band cut\"", -1))
        .hasSize(report.counterexample().cuts().size() + 1);
  }

  @Test
  void whateverATextHoldsItIsNeverMarkup() {
    CutPoint cut = new CutPoint(Wish.ENCRYPT, 1, HOSTILE, 1, List.of(), List.of(HOSTILE));
    Lanes lanes = new Lanes(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE);
    Plan plan = new Plan(HOSTILE, HOSTILE, List.of(cut), Wish.ENCRYPT, HOSTILE, HOSTILE);
    List<Beat> beats =
        List.of(
            new Beat.PowerOn(1, HOSTILE),
            new Beat.Recorded(HOSTILE, HOSTILE),
            new Beat.Epoch(1, HOSTILE, List.of("root " + HOSTILE), lanes),
            new Beat.Cut(1, cut, List.of("boot " + HOSTILE), List.of("journal " + HOSTILE), lanes),
            new Beat.Violated(new Violation(HOSTILE, HOSTILE)));

    assertThat(PlanPage.html(plan, beats))
        .doesNotContain("<script", "alert('x')", "\u001b")
        .contains("&lt;script&gt;");
  }

  @Test
  void theJunitFileIsXmlWithACaseForEachInvariant() throws Exception {
    ExplorationReport report = explored("entry-overwritten");

    String xml = JunitXml.of("simulate <explore> " + HOSTILE, report);

    Document read =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    assertThat(read.getElementsByTagName("testcase").getLength())
        .isEqualTo(Invariants.names().size());
    assertThat(read.getElementsByTagName("failure").getLength()).isEqualTo(1);
    assertThat(read.getElementsByTagName("failure").item(0).getTextContent())
        .contains("\"invariant\" : \"" + report.counterexample().invariant());
  }

  @Test
  void whatFuzzingFoundIsAPageAndASuiteToo() throws Exception {
    Fuzzer fuzzer =
        new Fuzzer(
            Simulation.of(
                Scenario.named(Scenario.FIRST_BOOT), Mutants.named("leftovers-removed-early")),
            1,
            6,
            false);
    Fuzzer.Result result = fuzzer.run(done -> done < 200);
    Plan plan = result.counterexample().get();

    String page = FuzzPage.html(fuzzer, result, PlanStory.of(plan));

    assertThat(page)
        .contains(plan.invariant() + " was violated", "leftovers-removed-early", "seed 1")
        .contains("class=\"bad\">violated<")
        .containsOnlyOnce("First violation.")
        .doesNotContain("http:", "https:", "src=", "<script", "@import", "url(");
    assertThat(JunitXml.of("fuzz", result, 1, 2.5))
        .contains("time=\"2.500\"", "failures=\"1\"")
        .containsOnlyOnce("<failure");
  }

  @Test
  void fuzzingThatFoundNothingSaysSo() {
    Fuzzer fuzzer =
        new Fuzzer(
            Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named("none")), 1, 6, false);
    Fuzzer.Result result = fuzzer.run(done -> done < 20);

    assertThat(FuzzPage.html(fuzzer, result, List.of()))
        .contains("No invariant was violated", "20 runs")
        .doesNotContain("class=\"bad\"", "How it comes to that");
    assertThat(JunitXml.of("fuzz", result, 1, 1)).contains("failures=\"0\"");
  }

  @Test
  void theTextFitsAScreen() throws Exception {
    assertThat(ExplorationText.of(explored("entry-overwritten"))).hasSizeLessThan(24);
    assertThat(ExplorationText.of(explored("none"))).hasSizeLessThan(10);
  }
}
