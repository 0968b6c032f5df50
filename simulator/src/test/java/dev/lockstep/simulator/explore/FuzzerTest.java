package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.ModelStory.Chapter;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.statemachine.firstboot.Phase;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FuzzerTest {

  private static Fuzzer fuzzer(Scenario scenario, Mutant mutant, int runs) {
    return new Fuzzer(Simulation.of(scenario, mutant), runs, 42, 8);
  }

  @Test
  void randomCutsBreakNothing() {
    Fuzzer.Result result = fuzzer(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE, 200).run();

    assertThat(result.counterexample()).isEmpty();
    assertThat(result.cuts()).isGreaterThan(200);
  }

  @Test
  void norOnAVolumeThatIsTooLargeToExplore() {
    Fuzzer.Result result = fuzzer(Scenario.firstBoot(new Layout(9, 7)), Mutant.NONE, 50).run();

    assertThat(result.counterexample()).isEmpty();
  }

  @Test
  void theSameSeedFindsTheSame() {
    Fuzzer fuzzer =
        fuzzer(Scenario.named(Scenario.FIRST_BOOT), Mutants.named("leftovers-removed-early"), 200);

    assertThat(fuzzer.run()).isEqualTo(fuzzer.run());
    assertThat(fuzzer.run().counterexample()).isNotEmpty();
  }

  /** The generated values are the plan, so jqwik shrinks it. */
  @Property(tries = 60)
  void aStoryEndsWithEverythingDoneHoweverOftenThePowerGoes(
      @ForAll @IntRange(max = 12) int cuts, @ForAll long seed) {
    ModelStory story = ModelStory.random(cuts, seed);

    assertThat(story.violation()).isEmpty();
    assertThat(story.end().get().complete()).isTrue();
    assertThat(story.end().get().contentIsWhole()).isTrue();
    assertThat(story.chapters().stream().filter(Chapter.Cut.class::isInstance).count())
        .isLessThanOrEqualTo(cuts);
  }

  @Test
  void aStoryWithoutCutsGoesThroughEveryPhase() {
    ModelStory story = ModelStory.random(0, 1);

    assertThat(story.chapters())
        .last()
        .isInstanceOfSatisfying(
            Chapter.Recorded.class,
            last -> assertThat(last.after()).isInstanceOf(Phase.Complete.class));
  }
}
