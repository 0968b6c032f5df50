package dev.lockstep.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Wish;
import dev.lockstep.simulator.mutant.Mutants;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanStoryTest {

  private static Plan found(String mutant) {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named(mutant));
    return new Explorer(simulation, Bounds.cuts(2)).explore().counterexample().get();
  }

  @Test
  void everyWriteIsToldOnceBeforeTheMomentAtWhichItMayBecomeDurable() {
    List<String> lines =
        StoryText.of(
            PlanStory.of(new Plan(Scenario.FIRST_BOOT, "none", List.of(), Wish.ENCRYPT, "", "")));

    assertThat(lines)
        .startsWith("POWER ON 1, the operator wants it to encrypt")
        .anyMatch(line -> line.startsWith("  write      journal") && line.contains("generation 0"))
        .anyMatch(line -> line.startsWith("  write      root") && line.contains("the head's copy"))
        .anyMatch(line -> line.endsWith("the flush of ROOT"))
        .contains("  now        LUKS2: converting, 7680 of 12800 bytes left")
        .last()
        .asString()
        .startsWith("after 1 boots:");
  }

  @Test
  void aViolationIsTheLastThingTold() {
    Plan plan = found("entry-retired-first");

    List<Beat> beats = PlanStory.of(plan);

    assertThat(beats.getLast())
        .isInstanceOfSatisfying(
            Beat.Violated.class,
            last -> assertThat(last.violation().invariant()).isEqualTo(plan.invariant()));
    assertThat(beats.stream().filter(Beat.Cut.class::isInstance)).hasSameSizeAs(plan.cuts());
  }

  @Test
  void aMishapIsToldWithTheBootInWhichItComesAbout() {
    Plan plan = found("sync-retried");

    assertThat(plan.mishap()).isNotNull();
    assertThat(StoryText.of(PlanStory.of(plan)))
        .first()
        .asString()
        .contains("a mishap comes about: " + plan.mishap());
  }

  @Test
  void whatACutKeptAndWhatItDroppedIsAllThatWasPending() {
    Plan plan = found("placed-header-unflushed");

    for (Beat beat : PlanStory.of(plan)) {
      if (beat instanceof Beat.Cut cut) {
        assertThat(cut.arrived().isEmpty()).isEqualTo(cut.point().kept().isEmpty());
        assertThat(cut.lost().isEmpty())
            .isEqualTo(cut.point().kept().size() == cut.point().pending());
      }
    }
  }
}
