package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.collection.Vector;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;

/** Runs a sequence of power cuts again, exactly. */
final class Replay {

  /** What came of it; the cuts as they struck, up to the first violation. */
  record Result(Option<Violation> violation, List<CutPoint> cuts, Option<Recovery> recovery) {}

  /** Told of what happens, in order. */
  interface Listener extends Witness<Phase, Intent, Outcome> {
    @Override
    default void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {}

    default void cut(CutPoint point) {}
  }

  /** The power goes at one moment. */
  private static final class Switch {
    private final Simulation simulation;
    private final Trail.Step step;
    private Option<Moment> struck = Option.none();

    Switch(Simulation simulation, Trail.Step step) {
      this.simulation = simulation;
      this.step = step;
    }

    void at(Moment moment) {
      if (moment.ordinal() == step.moment()) {
        struck = Option.some(moment);
        throw new PowerCut(moment.before());
      }
    }

    StateKey left() {
      return new Variants(new Parts(simulation), struck.get()).keeping(step.kept());
    }
  }

  private Replay() {}

  /**
   * Runs from the start, through these cuts, to the end or the first violation.
   *
   * @param asked after the last cut
   * @throws IllegalArgumentException if a cut does not strike: the plan is of another version
   */
  static Result run(Simulation simulation, List<Trail.Step> steps, Goal asked, Listener listener) {
    Judge judge = new Judge(simulation);
    List<CutPoint> cuts = new ArrayList<>();
    Image image = simulation.scenario().start();
    JournalReading reading = JournalReading.NOTHING;
    History history =
        new History(
            Vector.empty(), Option.none(), reading.state(), reading.events(), reading.state());
    for (Trail.Step step : steps) {
      Switch power = new Switch(simulation, step);
      letGo(new Leg(simulation, step.asked(), image, reading), power, listener);
      Moment moment = power.struck.get();
      check(step, moment);
      CutPoint point = CutPoint.at(step.asked(), moment, step.kept());
      cuts.add(point);
      listener.cut(point);
      StateKey left = power.left();
      image = left.image();
      reading = left.journal().reading();
      history = moment.history(reading);
      Option<Violation> violation = judgeCut(judge, history, image);
      if (violation.isDefined()) {
        return new Result(violation, cuts, Option.none());
      }
    }
    Arrival arrival = new Leg(simulation, asked, image, reading).run(_ -> {}, listener);
    Option<Violation> violation = judge.ofRecovery(history, image, arrival.recovery());
    return new Result(violation, cuts, Option.some(arrival.recovery()));
  }

  private static Option<Violation> judgeCut(Judge judge, History history, Image image) {
    return judge.ofHistory(history, image).orElse(() -> judge.ofMedium(history, image));
  }

  private static void letGo(Leg leg, Switch power, Listener listener) {
    try {
      leg.run(power::at, listener);
    } catch (PowerCut cut) {
      return;
    }
    throw new IllegalArgumentException(
        "the plan cuts the power at a moment that this version of the machine does not come to");
  }

  private static void check(Trail.Step step, Moment moment) {
    if (step.kept().length() > moment.pending().size()) {
      throw new IllegalArgumentException(
          "the plan keeps writes that this version of the machine does not make");
    }
  }
}
