package dev.lockstep.simulator.demo;

import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.simulator.demo.Run.Timed;
import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** What each step took, over all runs. */
final class StepTimes {

  /**
   * One step.
   *
   * @param runs in which it was begun or found done
   * @param attempts how often it was begun
   * @param millis from begin to outcome, or to the cut, added up
   */
  record Row(StoryStep step, Set<Integer> runs, int attempts, long millis) {}

  private static final class Sum {
    private final Set<Integer> runs = new TreeSet<>();
    private int attempts;
    private long millis;
  }

  private StepTimes() {}

  static List<Row> of(List<Run> runs) {
    Map<StoryStep, Sum> sums = new EnumMap<>(StoryStep.class);
    runs.forEach(run -> add(run, sums));
    return sums.entrySet().stream()
        .map(
            entry ->
                new Row(
                    entry.getKey(),
                    entry.getValue().runs,
                    entry.getValue().attempts,
                    entry.getValue().millis))
        .toList();
  }

  private static void add(Run run, Map<StoryStep, Sum> sums) {
    Optional<StoryStep> open = Optional.empty();
    long begun = 0;
    for (Timed timed : run.lines()) {
      if (timed.line() instanceof RunLine.Told told) {
        Optional<Place> place = StoryStep.placeOf(told.type());
        if (place.isPresent()) {
          Sum sum = sums.computeIfAbsent(place.get().step(), _ -> new Sum());
          sum.runs.add(run.number());
          if (place.get().side() == Side.INTENDED) {
            sum.attempts++;
            open = Optional.of(place.get().step());
            begun = timed.atMillis();
          } else if (open.equals(Optional.of(place.get().step()))) {
            sum.millis += timed.atMillis() - begun;
            open = Optional.empty();
          }
        }
      }
    }
    if (open.isPresent() && run.ending() instanceof Run.Ending.Cut cut) {
      sums.get(open.get()).millis += Math.max(0, cut.atMillis() - begun);
    }
  }

  /** How many bytes of the root partition a step is about; none where it writes elsewhere. */
  static OptionalLong bytes(StoryStep step, Job job) {
    return switch (step) {
      case STAGE_HEAD, PLACE_HEADER, WIPE -> OptionalLong.of(job.shiftBytes());
      case CONVERT -> OptionalLong.of(job.filesystem().endBytes());
      case PREFLIGHT,
          SEAL_KEY,
          PREPARE_HEADER,
          HAND_OVER,
          PROVE_KEYS,
          CONFIGURE,
          INITIALISE,
          FINALISE,
          CLEAR_REST,
          GROWTH,
          PROVE_VOLUME,
          RETIRE_KEY,
          LEFTOVERS,
          ANCHOR,
          WRITE_ENTRY,
          RETIRE_ENTRY ->
          OptionalLong.empty();
    };
  }

  /** What preflight fixed. */
  static Optional<Job> job(List<Run> runs) {
    EventCodec<Intent, Outcome> codec = new EventCodec<>(Family.FIRST_BOOT);
    for (Run run : runs) {
      for (RunLine.Told told : run.events()) {
        Optional<Event<Intent, Outcome>> event =
            codec
                .decode(new Encoded(told.type(), 1, told.payload()))
                .getOrElse(io.vavr.control.Option.none())
                .toJavaOptional();
        if (event.isPresent()
            && event.get()
                instanceof
                Event.Adopted<Intent, Outcome>(Outcome.PreflightPassed(Job job), String _)) {
          return Optional.of(job);
        }
      }
    }
    return Optional.empty();
  }
}
