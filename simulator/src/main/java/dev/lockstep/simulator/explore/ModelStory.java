package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;

/**
 * A first boot on the models, told: every boot, every record of the journal, every power cut.
 *
 * @param chapters in the order they happened
 * @param violation if an invariant broke, the story ends there
 * @param end how the last boot ended, if nothing broke
 */
public record ModelStory(
    List<Chapter> chapters, Option<Violation> violation, Option<Recovery> end) {

  public ModelStory {
    chapters = List.copyOf(chapters);
  }

  /** One thing that happened. */
  public sealed interface Chapter {

    /** A record became durable; {@link Event.BootStarted} tells of a boot. */
    record Recorded(Event<Intent, Outcome> event, Phase after) implements Chapter {}

    /** The power went. */
    record Cut(CutPoint point) implements Chapter {}
  }

  /**
   * A first boot with so many power cuts at random instants; the same seed tells the same story.
   */
  public static ModelStory random(int cuts, long seed) {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE);
    return told(simulation, new Dice(simulation, seed).cuts(cuts), Wish.ENCRYPT, Option.none());
  }

  /**
   * The story of a plan.
   *
   * @throws IllegalArgumentException with one sentence, if the plan does not fit this version
   */
  public static ModelStory of(Plan plan) {
    Simulation simulation =
        Simulation.of(Scenario.named(plan.scenario()), Mutants.named(plan.mutant()));
    return told(simulation, plan.cuts(), plan.asked(), Option.of(plan.mishap()));
  }

  private static ModelStory told(
      Simulation simulation,
      List<? extends Interruption> steps,
      Wish asked,
      Option<Mishap> suffering) {
    List<Chapter> chapters = new ArrayList<>();
    Replay.Listener scribe =
        new Replay.Listener() {
          @Override
          public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
            chapters.add(new Chapter.Recorded(event, after.phase()));
          }

          @Override
          public void cut(CutPoint point) {
            chapters.add(new Chapter.Cut(point));
          }
        };
    Replay.Result result = Replay.run(simulation, steps, asked, suffering, scribe);
    return new ModelStory(chapters, result.violation(), result.recovery());
  }
}
