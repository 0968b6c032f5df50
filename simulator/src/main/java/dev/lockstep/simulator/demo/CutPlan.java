package dev.lockstep.simulator.demo;

import dev.lockstep.simulator.demo.CutPoint.AfterEvent;
import dev.lockstep.simulator.demo.CutPoint.DuringConversion;
import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Where the power will go, fixed before the first run: the story is divided into as many stretches
 * as there are cuts, and each stretch gets one, so that no two fall on the same place. Two in five,
 * and at least one, fall into the conversion.
 *
 * @param cuts in the order of the story
 */
record CutPlan(List<CutPoint> cuts) {

  /** More runs would meet the runner's own limit of boots without progress. */
  static final int MOST_CUTS = 20;

  private static final int LONGEST_DELAY_MILLIS = 40;

  /** A small disk converts within 100 ms: a cut there must not come late. */
  private static final int LONGEST_DELAY_IN_CONVERSION_MILLIS = 5;

  private static final int STEP_PERCENT = 3;
  private static final int CONVERSION_PLACES = 16;

  /** The end is left out: a cut that comes late would find nothing running. */
  private static final List<Place> BEFORE =
      List.of(
          new Place(StoryStep.SEAL_KEY, Side.INTENDED),
          new Place(StoryStep.SEAL_KEY, Side.DONE),
          new Place(StoryStep.PREPARE_HEADER, Side.INTENDED),
          new Place(StoryStep.PREPARE_HEADER, Side.DONE),
          new Place(StoryStep.HAND_OVER, Side.INTENDED),
          new Place(StoryStep.HAND_OVER, Side.DONE),
          new Place(StoryStep.PROVE_KEYS, Side.INTENDED),
          new Place(StoryStep.STAGE_HEAD, Side.INTENDED),
          new Place(StoryStep.STAGE_HEAD, Side.DONE),
          new Place(StoryStep.INITIALISE, Side.INTENDED),
          new Place(StoryStep.INITIALISE, Side.DONE),
          new Place(StoryStep.PLACE_HEADER, Side.INTENDED),
          new Place(StoryStep.PLACE_HEADER, Side.DONE));

  private static final List<Place> AFTER =
      List.of(
          new Place(StoryStep.CONVERT, Side.DONE),
          new Place(StoryStep.WIPE, Side.INTENDED),
          new Place(StoryStep.WIPE, Side.DONE),
          new Place(StoryStep.GROWTH, Side.INTENDED),
          new Place(StoryStep.GROWTH, Side.DONE),
          new Place(StoryStep.PROVE_VOLUME, Side.INTENDED),
          new Place(StoryStep.PROVE_VOLUME, Side.DONE),
          new Place(StoryStep.RETIRE_KEY, Side.INTENDED));

  CutPlan {
    cuts = List.copyOf(cuts);
  }

  /**
   * Draws a plan; the same numbers draw the same one.
   *
   * @param number 0 to {@value #MOST_CUTS}
   */
  static CutPlan draw(int number, long seed) {
    if (number < 0 || number > MOST_CUTS) {
      throw new IllegalArgumentException("0 to " + MOST_CUTS + " cuts can be made, not " + number);
    }
    SplittableRandom random = new SplittableRandom(seed);
    int inConversion = number == 0 ? 0 : Math.max(1, Math.round(number * 0.4f));
    List<Place> places = new ArrayList<>(BEFORE);
    places.addAll(AFTER);
    List<CutPoint> before = new ArrayList<>();
    List<CutPoint> after = new ArrayList<>();
    for (int index : oneOfEachStretch(places.size(), number - inConversion, random)) {
      (index < BEFORE.size() ? before : after)
          .add(new AfterEvent(places.get(index), random.nextInt(LONGEST_DELAY_MILLIS + 1)));
    }
    List<CutPoint> cuts = new ArrayList<>(before);
    for (int index : oneOfEachStretch(CONVERSION_PLACES, inConversion, random)) {
      cuts.add(
          new DuringConversion(
              STEP_PERCENT * index, random.nextInt(LONGEST_DELAY_IN_CONVERSION_MILLIS + 1)));
    }
    cuts.addAll(after);
    return new CutPlan(cuts);
  }

  /** So many numbers below {@code size}, ascending and distinct, spread over all of it. */
  private static List<Integer> oneOfEachStretch(int size, int count, SplittableRandom random) {
    List<Integer> drawn = new ArrayList<>();
    for (int stretch = 0; stretch < count; stretch++) {
      drawn.add(random.nextInt(stretch * size / count, (stretch + 1) * size / count));
    }
    return drawn;
  }
}
