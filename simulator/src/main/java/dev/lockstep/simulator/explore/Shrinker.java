package dev.lockstep.simulator.explore;

import dev.lockstep.statemachine.firstboot.Goal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Makes a counterexample smaller: as long as the same invariant breaks, a cut keeps fewer writes.
 * The cuts are as few as can be already, since they were searched breadth first.
 */
final class Shrinker {

  private Shrinker() {}

  static Plan shrunk(Simulation simulation, Trail trail, Goal asked, Violation violation) {
    List<Trail.Step> steps = new ArrayList<>(trail.steps());
    for (int cut = 0; cut < steps.size(); cut++) {
      Trail.Step step = steps.get(cut);
      for (int position : step.kept().stream().toArray()) {
        Trail.Step smaller = without(steps.get(cut), position);
        List<Trail.Step> candidate = new ArrayList<>(steps);
        candidate.set(cut, smaller);
        if (breaks(simulation, candidate, asked, violation.invariant())) {
          steps = candidate;
        }
      }
    }
    Replay.Result result = Replay.run(simulation, steps, asked, new Replay.Listener() {});
    Violation last =
        result
            .violation()
            .getOrElseThrow(() -> new IllegalStateException("a violation did not come again"));
    return new Plan(
        simulation.scenario().name(),
        simulation.mutant().name(),
        result.cuts(),
        asked,
        last.invariant(),
        last.sentence());
  }

  private static Trail.Step without(Trail.Step step, int position) {
    BitSet kept = (BitSet) step.kept().clone();
    kept.clear(position);
    return new Trail.Step(step.asked(), step.moment(), kept);
  }

  private static boolean breaks(
      Simulation simulation, List<Trail.Step> steps, Goal asked, String invariant) {
    try {
      return Replay.run(simulation, steps, asked, new Replay.Listener() {})
          .violation()
          .exists(violation -> violation.invariant().equals(invariant));
    } catch (IllegalArgumentException notReached) {
      return false;
    }
  }
}
