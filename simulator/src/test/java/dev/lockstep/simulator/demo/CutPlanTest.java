package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.demo.CutPoint.AfterEvent;
import dev.lockstep.simulator.demo.CutPoint.DuringConversion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CutPlanTest {

  @Property
  void exactlySoManyCutsAtDistinctPlaces(
      @ForAll @IntRange(max = CutPlan.MOST_CUTS) int cuts, @ForAll long seed) {
    List<CutPoint> drawn = CutPlan.draw(cuts, seed).cuts();

    assertThat(drawn).hasSize(cuts);
    Set<Object> places = new HashSet<>();
    for (CutPoint cut : drawn) {
      assertThat(places.add(place(cut))).isTrue();
    }
  }

  @Property
  void someFallIntoTheConversion(
      @ForAll @IntRange(min = 1, max = CutPlan.MOST_CUTS) int cuts, @ForAll long seed) {
    assertThat(CutPlan.draw(cuts, seed).cuts()).anyMatch(DuringConversion.class::isInstance);
  }

  @Property
  void theyComeInTheOrderOfTheStory(
      @ForAll @IntRange(max = CutPlan.MOST_CUTS) int cuts, @ForAll long seed) {
    assertThat(CutPlan.draw(cuts, seed).cuts()).isSortedAccordingTo(CutPlanTest::compare);
  }

  @Property
  void theSameSeedDrawsTheSamePlan(
      @ForAll @IntRange(max = CutPlan.MOST_CUTS) int cuts, @ForAll long seed) {
    assertThat(CutPlan.draw(cuts, seed)).isEqualTo(CutPlan.draw(cuts, seed));
  }

  @Test
  void anotherSeedDrawsAnotherPlan() {
    assertThat(CutPlan.draw(5, 1)).isNotEqualTo(CutPlan.draw(5, 2));
  }

  @Test
  void fiveCutsAreSpreadFromTheKeysToTheEnd() {
    for (long seed = 0; seed < 50; seed++) {
      List<CutPoint> cuts = CutPlan.draw(5, seed).cuts();
      assertThat(cuts.getFirst().isBeforeSnapshot()).isTrue();
      assertThat(cuts.getLast()).isInstanceOf(AfterEvent.class);
      assertThat(cuts.getLast().isBeforeSnapshot()).isFalse();
    }
  }

  @Test
  void moreCutsThanTheRunnerAllowsBootsAreRefused() {
    assertThatThrownBy(() -> CutPlan.draw(CutPlan.MOST_CUTS + 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Object place(CutPoint cut) {
    return switch (cut) {
      case AfterEvent(StoryStep.Place place, int _) -> place;
      case DuringConversion(int percent, int _) -> percent;
      case CutPoint.WhileStarting _ -> throw new AssertionError("no plan begins with that");
    };
  }

  private static int compare(CutPoint first, CutPoint second) {
    int order = where(first).compareTo(where(second));
    return order == 0
            && first instanceof DuringConversion(int one, int _)
            && second instanceof DuringConversion(int other, int _)
        ? Integer.compare(one, other)
        : order;
  }

  private static StoryStep.Place where(CutPoint cut) {
    return cut instanceof AfterEvent(StoryStep.Place place, int _)
        ? place
        : new StoryStep.Place(StoryStep.CONVERT, StoryStep.Side.INTENDED);
  }
}
