package dev.lockstep.simulator.fuzz;

import dev.lockstep.simulator.explore.Moment;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Replay;
import dev.lockstep.simulator.explore.Shrinker;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.explore.Wish;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.sessions.JqwikSession;

/**
 * Random plans of power cuts: for scenarios too large to explore, and as a check on the exploration
 * by other means.
 *
 * <p>Two of three plans are made from one that reached something new (a phase, a case of the
 * decider, a premise of an invariant, a shape of the journal); the third is drawn afresh. The first
 * plan that breaks an invariant ends it: jqwik's integrated shrinking makes its values smaller,
 * then each element that can go goes.
 *
 * @param seed the same one gives the same plans and the same result
 * @param mostCuts in one plan, at least 1
 * @param mishaps whether a plan may have one: a call of a disk that fails, bit rot, what people do
 */
public record Fuzzer(Simulation simulation, long seed, int mostCuts, boolean mishaps) {

  private static final int GENERATOR_SIZE = 1000;
  private static final int MOST_SHRINKS = 20_000;

  /**
   * What came of it.
   *
   * @param plans kept since each reached something new
   * @param marks all that was reached
   * @param counterexample the first that broke an invariant, made small
   */
  public record Result(
      int runs, long cuts, int plans, SortedSet<String> marks, Option<Plan> counterexample) {}

  public Fuzzer {
    if (mostCuts < 1) {
      throw new IllegalArgumentException("a plan has at least one cut");
    }
  }

  /**
   * Runs plans until one breaks an invariant.
   *
   * @param goOn asked before each, with the number of runs so far
   */
  public Result run(Predicate<Integer> goOn) {
    List<Result> results = new ArrayList<>();
    JqwikSession.run(() -> results.add(inSession(goOn)));
    return results.getFirst();
  }

  private Result inSession(Predicate<Integer> goOn) {
    List<Wish> asks = simulation.scenario().asks();
    RandomGenerator<Strike> strikes =
        Strikes.of(momentsUncut(), asks, mishaps).generator(GENERATOR_SIZE, true);
    RandomGenerator<Wish> lastWish = Arbitraries.of(asks).generator(GENERATOR_SIZE);
    Random random = new Random(seed);
    Corpus corpus = new Corpus();
    int runs = 0;
    long cuts = 0;
    while (goOn.test(runs)) {
      Draft draft = draw(random, strikes, corpus);
      Wish asked = lastWish.next(random).value();
      Scribe scribe = new Scribe();
      Replay.Result result = Replay.run(simulation, draft.value(), asked, scribe);
      runs++;
      cuts += result.cuts().size();
      corpus.learn(draft, scribe.marks());
      if (result.violation().isDefined()) {
        Plan smallest = shrunk(draft, asked, result.violation().get());
        return new Result(runs, cuts, corpus.size(), corpus.marks(), Option.some(smallest));
      }
    }
    return new Result(runs, cuts, corpus.size(), corpus.marks(), Option.none());
  }

  private int momentsUncut() {
    int[] moments = {0};
    Replay.run(
        simulation,
        List.of(),
        Wish.ENCRYPT,
        new Replay.Listener() {
          @Override
          public void moment(Moment moment) {
            moments[0]++;
          }
        });
    return Math.max(1, moments[0]);
  }

  private Draft draw(Random random, RandomGenerator<Strike> strikes, Corpus corpus) {
    if (!corpus.isEmpty() && random.nextInt(3) > 0) {
      return corpus
          .pick(random)
          .changed(random, strikes.next(random), corpus.pick(random), mostCuts);
    }
    List<Shrinkable<Strike>> drawn = new ArrayList<>();
    for (int left = 1 + random.nextInt(mostCuts); left > 0; left--) {
      drawn.add(strikes.next(random));
    }
    return new Draft(drawn);
  }

  /** By jqwik's steps as long as one still breaks it, then element by element. */
  private Plan shrunk(Draft draft, Wish asked, Violation violation) {
    Shrinkable<List<Strike>> smallest = draft;
    int left = MOST_SHRINKS;
    boolean smaller = true;
    while (smaller && left > 0) {
      smaller = false;
      var candidates = smallest.shrink().iterator();
      while (!smaller && left-- > 0 && candidates.hasNext()) {
        Shrinkable<List<Strike>> candidate = candidates.next();
        if (breaks(candidate.value(), asked, violation)) {
          smallest = candidate;
          smaller = true;
        }
      }
    }
    Replay.Result result = Replay.run(simulation, smallest.value(), asked, Replay.Listener.NONE);
    return Shrinker.shrunk(
        simulation,
        new Plan(
            simulation.scenario().name(),
            simulation.mutant().name(),
            result.cuts(),
            asked,
            violation.invariant(),
            violation.sentence()));
  }

  private boolean breaks(List<Strike> strikes, Wish asked, Violation violation) {
    return Replay.run(simulation, strikes, asked, Replay.Listener.NONE)
        .violation()
        .exists(broken -> broken.invariant().equals(violation.invariant()));
  }
}
