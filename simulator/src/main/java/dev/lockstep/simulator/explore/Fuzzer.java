package dev.lockstep.simulator.explore;

import dev.lockstep.statemachine.firstboot.Goal;
import io.vavr.control.Option;

/**
 * Random power cuts, several to a run: for layouts too large to explore, and as a check on the
 * exploration by other means.
 *
 * @param runs how many
 * @param seed the same one gives the same runs
 * @param mostCuts in one run; each has from 1 to so many
 */
public record Fuzzer(Simulation simulation, int runs, long seed, int mostCuts) {

  /** How many runs were made, and the first that broke an invariant, made small. */
  public record Result(int runs, long cuts, Option<Plan> counterexample) {}

  public Result run() {
    long cuts = 0;
    for (int run = 0; run < runs; run++) {
      Dice dice = new Dice(simulation, seed + run);
      var steps = dice.cuts(1 + run % mostCuts);
      cuts += steps.size();
      Goal asked = dice.ask();
      Option<Violation> violation =
          Replay.run(simulation, steps, asked, new Replay.Listener() {}).violation();
      if (violation.isDefined()) {
        Trail trail = Trail.START;
        for (Trail.Step step : steps) {
          trail = trail.then(step);
        }
        return new Result(
            run + 1, cuts, Option.some(Shrinker.shrunk(simulation, trail, asked, violation.get())));
      }
    }
    return new Result(runs, cuts, Option.none());
  }
}
