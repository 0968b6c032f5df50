package dev.lockstep.simulator.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Reached;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Shrinker;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.statemachine.firstboot.Case;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuzzerTest {

  private static Fuzzer.Result fuzzed(Scenario scenario, Mutant mutant, int runs) {
    return new Fuzzer(Simulation.of(scenario, mutant), 42, 8, false).run(done -> done < runs);
  }

  private static Fuzzer.Result fuzzedWithMishaps(Mutant mutant, int runs) {
    Scenario scenario = Scenario.named(mutant.scenario());
    return new Fuzzer(Simulation.of(scenario, mutant), 42, 6, true).run(done -> done < runs);
  }

  @Test
  void randomCutsBreakNothing() {
    Fuzzer.Result result = fuzzed(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE, 200);

    assertThat(result.counterexample()).isEmpty();
    assertThat(result.runs()).isEqualTo(200);
    assertThat(result.cuts()).isGreaterThan(200);
    assertThat(result.marks()).contains(Reached.CASE + Case.HEADER_TORN.name());
  }

  @Test
  void norOnAVolumeThatIsTooLargeToExplore() {
    Fuzzer.Result result = fuzzed(Scenario.firstBoot(new Layout(9, 7)), Mutant.NONE, 50);

    assertThat(result.counterexample()).isEmpty();
  }

  @Test
  void norWhenTheOperatorChangesHisMind() {
    Fuzzer.Result result = fuzzed(Scenario.named(Scenario.UNDO), Mutant.NONE, 200);

    assertThat(result.counterexample()).isEmpty();
    assertThat(result.marks())
        .contains(Reached.CASE + Case.UNDO_ASKED.name(), "end undone after 1");
  }

  @Test
  void theSameSeedGivesTheSameResult() {
    Scenario scenario = Scenario.named(Scenario.FIRST_BOOT);

    assertThat(fuzzed(scenario, Mutant.NONE, 100)).isEqualTo(fuzzed(scenario, Mutant.NONE, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"leftovers-removed-early", "entry-overwritten", "repair-skipped"})
  void whatIsFoundIsMinimalAndTheSameEachTime(String mutant) {
    Mutant mistake = Mutants.named(mutant);
    Scenario scenario = Scenario.named(mistake.scenario());
    Fuzzer.Result result = fuzzed(scenario, mistake, 5000);

    assertThat(result.counterexample()).isNotEmpty();
    Plan plan = result.counterexample().get();
    assertThat(plan.json())
        .isEqualTo(fuzzed(scenario, mistake, 5000).counterexample().get().json());
    Simulation simulation = Simulation.of(scenario, mistake);
    assertThat(Shrinker.breaks(simulation, plan)).isTrue();
    assertThat(plan.withOneElementLess())
        .isNotEmpty()
        .noneMatch(smaller -> Shrinker.breaks(simulation, smaller));
  }

  @Test
  void norWithAMishapBesides() {
    Fuzzer.Result result = fuzzedWithMishaps(Mutant.NONE, 500);

    assertThat(result.counterexample()).isEmpty();
    for (Mishap.Kind kind : Mishap.Kind.values()) {
      assertThat(result.marks()).anyMatch(mark -> mark.startsWith("mishap " + kind));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sync-retried", "grown-tail-wiped"})
  void aMishapThatIsFoundIsInThePlanAndCanNotGo(String mutant) {
    Mutant mistake = Mutants.named(mutant);
    Fuzzer.Result result = fuzzedWithMishaps(mistake, 20_000);

    assertThat(result.counterexample()).isNotEmpty();
    Plan plan = result.counterexample().get();
    assertThat(plan.cuts()).anyMatch(cut -> cut.mishap() != null);
    Simulation simulation = Simulation.of(Scenario.named(mistake.scenario()), mistake);
    assertThat(Shrinker.breaks(simulation, plan)).isTrue();
    assertThat(plan.withOneElementLess())
        .noneMatch(smaller -> Shrinker.breaks(simulation, smaller));
  }

  @Test
  void whatItReachesGuidesIt() {
    Fuzzer.Result few = fuzzed(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE, 20);
    Fuzzer.Result many = fuzzed(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE, 200);

    assertThat(few.plans()).isBetween(1, 20);
    assertThat(many.plans()).isGreaterThan(few.plans());
    assertThat(many.marks()).containsAll(few.marks()).hasSizeGreaterThan(few.marks().size());
  }

  @Test
  void nothingButTheResultIsOnStandardOutput() {
    PrintStream before = System.out;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      fuzzed(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE, 3);
    } finally {
      System.setOut(before);
    }

    assertThat(heard.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
