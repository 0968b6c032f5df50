package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.ModelStory.Chapter;
import dev.lockstep.statemachine.firstboot.Phase;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ModelStoryTest {

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
