package dev.lockstep.simulator.demo;

import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import java.util.Locale;

/**
 * When the power goes: a moment after the runner has told of a certain place in its story, or of a
 * later one, where an earlier cut made the story jump.
 */
sealed interface CutPoint {

  /** From the telling line to the kill. */
  int delayMillis();

  /** In words. */
  String sentence();

  /** After an event. */
  record AfterEvent(Place place, int delayMillis) implements CutPoint {

    @Override
    public String sentence() {
      return "%d ms after \"%s\" was %s"
          .formatted(
              delayMillis, place.step().title(), place.side() == Side.INTENDED ? "begun" : "done");
    }
  }

  /** While data is converted, once this much of it is. */
  record DuringConversion(int percent, int delayMillis) implements CutPoint {

    @Override
    public String sentence() {
      return "%d ms after %d %% of the data were converted".formatted(delayMillis, percent);
    }
  }

  /**
   * Before the runner has told of anything: where an earlier run ended sooner than its cut came.
   *
   * @param delayMillis from the start of the process
   */
  record WhileStarting(int delayMillis) implements CutPoint {

    @Override
    public String sentence() {
      return String.format(Locale.ROOT, "%d ms after the runner was started", delayMillis);
    }
  }

  /** Whether this event is the one waited for, or lies behind it. */
  default boolean isReachedBy(Place told) {
    return switch (this) {
      case AfterEvent(Place place, int _) -> told.compareTo(place) >= 0;
      case DuringConversion _ ->
          told.compareTo(new Place(StoryStep.CONVERT, Side.DONE)) >= 0; // it came too late
      case WhileStarting _ -> true;
    };
  }

  /** Whether so much converted data is what was waited for. */
  default boolean isReachedBy(long doneBytes, long totalBytes) {
    return switch (this) {
      case AfterEvent(Place place, int _) ->
          new Place(StoryStep.CONVERT, Side.INTENDED).compareTo(place) >= 0;
      case DuringConversion(int percent, int _) ->
          totalBytes > 0 && 100 * doneBytes / totalBytes >= percent;
      case WhileStarting _ -> true;
    };
  }

  /** Whether it strikes before the plain filesystem is final, and compared with later. */
  default boolean isBeforeSnapshot() {
    return this instanceof AfterEvent(Place place, int _)
        && place.step().compareTo(StoryStep.CONFIGURE) <= 0;
  }
}
