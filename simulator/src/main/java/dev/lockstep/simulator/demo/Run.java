package dev.lockstep.simulator.demo;

import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import java.util.List;
import java.util.Optional;

/**
 * One run of the first boot, as it was seen from outside.
 *
 * @param number from 1
 * @param lines with the time at which each was read
 * @param ending how it ended
 * @param millis from its start to its end
 */
record Run(int number, List<Timed> lines, Ending ending, long millis) {

  /**
   * A line.
   *
   * @param atMillis since the start of the run
   */
  record Timed(long atMillis, RunLine line) {}

  /** How a run ended. */
  sealed interface Ending {

    /** It exited, with 0 or at a safe point as asked. */
    record Exited(int exitCode, String sentence) implements Ending {}

    /**
     * The power went.
     *
     * @param number of the cut, from 1
     * @param processes how many were killed
     */
    record Cut(int number, CutPoint point, long atMillis, int processes) implements Ending {}
  }

  Run {
    lines = List.copyOf(lines);
  }

  boolean wasCut() {
    return ending instanceof Ending.Cut;
  }

  List<RunLine.Told> events() {
    return lines.stream()
        .map(Timed::line)
        .filter(RunLine.Told.class::isInstance)
        .map(RunLine.Told.class::cast)
        .toList();
  }

  /** What the decider chose first: its answer to whatever happened before. */
  Optional<RunLine.Told> answer() {
    return events().stream().filter(RunLine.Told::isDecision).findFirst();
  }

  Optional<RunLine.Told> lastEvent() {
    List<RunLine.Told> events = events();
    return events.isEmpty() ? Optional.empty() : Optional.of(events.getLast());
  }

  /** Whether its last word was that it converts. */
  boolean endedConverting() {
    return lastEvent()
        .flatMap(event -> StoryStep.placeOf(event.type()))
        .equals(Optional.of(new Place(StoryStep.CONVERT, Side.INTENDED)));
  }

  /** What was left to convert when it began to. */
  Optional<Long> remainingBytes() {
    return events().stream()
        .filter(event -> event.type().equals("first-boot.intended.convert"))
        .map(RunLine.Told::remainingBytes)
        .findFirst();
  }

  Optional<RunLine.Progress> lastProgress() {
    List<RunLine.Progress> told = progress();
    return told.isEmpty() ? Optional.empty() : Optional.of(told.getLast());
  }

  private List<RunLine.Progress> progress() {
    return lines.stream()
        .map(Timed::line)
        .filter(RunLine.Progress.class::isInstance)
        .map(RunLine.Progress.class::cast)
        .toList();
  }
}
