package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.statemachine.firstboot.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTest {

  @TempDir private Path folder;

  private static Plan plan(String mutant) {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named(mutant));
    return new Explorer(simulation, Bounds.cuts(2)).explore().counterexample().get();
  }

  @Test
  void aPlanFromAFileLeadsToTheSameViolation() throws Exception {
    Plan found = plan("moved-segment-left");
    Path file = folder.resolve("plan.json");
    found.write(file);
    Plan read = Plan.read(file);

    assertThat(read).isEqualTo(found);
    assertThat(ModelStory.of(read).violation())
        .contains(new Violation(found.invariant(), found.violation()));
  }

  @Test
  void noKeptWriteOfAPlanCanBeLeftOut() {
    Plan found = plan("entry-retired-first");

    for (CutPoint cut : found.cuts()) {
      for (Integer position : cut.kept()) {
        List<Integer> fewer = cut.kept().stream().filter(kept -> !kept.equals(position)).toList();
        CutPoint smaller =
            new CutPoint(cut.asked(), cut.moment(), cut.before(), cut.pending(), fewer, List.of());
        Plan candidate =
            new Plan(
                found.scenario(),
                found.mutant(),
                List.of(smaller),
                found.asked(),
                found.invariant(),
                "");
        assertThat(ModelStory.of(candidate).violation())
            .isNotEqualTo(
                io.vavr.control.Option.some(new Violation(found.invariant(), found.violation())));
      }
    }
  }

  @Test
  void withoutItsMutantAPlanBreaksNothing() {
    Plan found = plan("torn-header-trusted");
    Plan healthy =
        new Plan(
            found.scenario(),
            "none",
            found.cuts(),
            found.asked(),
            found.invariant(),
            found.violation());
    ModelStory story = ModelStory.of(healthy);

    assertThat(story.violation()).isEmpty();
    assertThat(story.end().get().complete()).isTrue();
  }

  @Test
  void whatIsNoPlanIsToldInOneSentence() throws Exception {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, "{\"scenario\": 1");

    assertThatThrownBy(() -> Plan.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no plan");
    assertThatThrownBy(
            () ->
                ModelStory.of(
                    new Plan(
                        Scenario.FIRST_BOOT,
                        "none",
                        List.of(new CutPoint(Goal.ENCRYPT, 9999, "", 0, List.of(), List.of())),
                        Goal.ENCRYPT,
                        "",
                        "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not come to");
  }
}
