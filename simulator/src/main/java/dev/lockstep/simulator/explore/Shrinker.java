package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.List;

/**
 * Makes a counterexample as small as it gets: one element goes after the other, for as long as the
 * same invariant breaks, until none can go any more.
 */
public final class Shrinker {

  private Shrinker() {}

  static Plan shrunk(
      Simulation simulation,
      Trail trail,
      Wish asked,
      Option<Mishap> suffering,
      Violation violation) {
    List<CutPoint> cuts =
        Replay.run(simulation, trail.cutting(), asked, suffering, Replay.Listener.NONE).cuts();
    return shrunk(
        simulation,
        new Plan(
            simulation.scenario().name(),
            simulation.mutant().name(),
            cuts,
            asked,
            violation.invariant(),
            violation.sentence(),
            suffering.getOrNull()));
  }

  /**
   * A plan that breaks the same invariant, and of which no single element can go.
   *
   * @throws IllegalStateException if the plan breaks nothing
   */
  public static Plan shrunk(Simulation simulation, Plan plan) {
    Plan smallest = again(simulation, plan);
    boolean smaller = true;
    while (smaller) {
      smaller = false;
      for (Plan candidate : smallest.withOneElementLess()) {
        if (breaks(simulation, candidate)) {
          smallest = again(simulation, candidate);
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  /** Whether the plan's invariant breaks; where it breaks another, or fits no more, it does not. */
  public static boolean breaks(Simulation simulation, Plan plan) {
    try {
      return Replay.of(simulation, plan, Replay.Listener.NONE)
          .violation()
          .exists(violation -> violation.invariant().equals(plan.invariant()));
    } catch (IllegalArgumentException notReached) {
      return false;
    }
  }

  /** The same, with its cuts as they struck and the violation as it is now told. */
  private static Plan again(Simulation simulation, Plan plan) {
    Replay.Result result = Replay.of(simulation, plan, Replay.Listener.NONE);
    Violation last =
        result
            .violation()
            .getOrElseThrow(() -> new IllegalStateException("a violation did not come again"));
    return new Plan(
        plan.scenario(),
        plan.mutant(),
        result.cuts(),
        plan.asked(),
        last.invariant(),
        last.sentence(),
        plan.mishap());
  }
}
