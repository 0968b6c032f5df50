package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/** Runs a sequence of power cuts, exactly, and judges what each leaves. */
public final class Replay {

  /** What came of it; the cuts as they struck, up to the first violation. */
  public record Result(
      Option<Violation> violation, List<CutPoint> cuts, Option<Recovery> recovery) {

    public Result {
      cuts = List.copyOf(cuts);
    }
  }

  /** Told of what happens, in order. */
  public interface Listener extends Witness<Phase, Intent, Outcome>, Lens {

    /** Wants to know nothing. */
    Listener NONE = new Listener() {};

    /** Something goes wrong in the boot that comes, or has gone wrong before it. */
    default void mishap(Mishap mishap) {}

    /** The power comes on. */
    default void powerOn(Wish asked, Image image) {}

    @Override
    default void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {}

    /** Something is about to become durable. */
    default void moment(Moment moment) {}

    default void cut(CutPoint point) {}

    /** What the cut left, before it is judged. */
    default void left(History history, Image image) {}

    /** All is done, or the boots allowed are used up. */
    default void end(Recovery recovery, Image image) {}

    @Override
    default Medium looking(String invariant, Medium medium) {
      return medium;
    }
  }

  /** The power goes at one moment. */
  private static final class Switch {
    private final Listener listener;
    private final int target;
    private Option<Moment> struck = Option.none();

    Switch(Listener listener, int target) {
      this.listener = listener;
      this.target = target;
    }

    void at(Moment moment) {
      listener.moment(moment);
      if (moment.ordinal() == target) {
        struck = Option.some(moment);
        throw new PowerCut(moment.before());
      }
    }
  }

  private final Simulation simulation;
  private final Listener listener;
  private final Judge judge;
  private final List<CutPoint> cuts = new ArrayList<>();
  private Image image;
  private JournalReading reading;
  private History history;
  private Outset outset;
  private Option<Mishap> setting = Option.none();
  private Option<Mishap> suffered = Option.none();
  private Option<Violation> atRest = Option.none();

  private Replay(Simulation simulation, Listener listener) {
    this.simulation = simulation;
    this.listener = listener;
    this.judge = new Judge(simulation, listener);
    this.image = simulation.scenario().start();
    this.reading = image.journalReading();
    this.history = image.history();
    this.outset = Outset.of(simulation, image, reading, history, Option.none());
  }

  /** An image, to be looked at with all that only the simulator knows. */
  public static Medium looking(Simulation simulation, Image image) {
    return new Inspection(simulation, image);
  }

  /** Runs a plan. */
  public static Result of(Simulation simulation, Plan plan, Listener listener) {
    return run(simulation, plan.cuts(), plan.asked(), Option.of(plan.mishap()), listener);
  }

  /**
   * Runs from the start, through these cuts, to the end or the first violation. Where all is done
   * and nothing becomes durable any more, the cuts that are left fall away.
   *
   * @param asked after the last cut
   * @throws IllegalArgumentException if a cut does not fit: the plan is of another version
   */
  public static Result run(
      Simulation simulation,
      List<? extends Interruption> interruptions,
      Wish asked,
      Listener listener) {
    return run(simulation, interruptions, asked, Option.none(), listener);
  }

  /**
   * The same, with a mishap after the last cut.
   *
   * @throws IllegalArgumentException if it can't come about
   */
  public static Result run(
      Simulation simulation,
      List<? extends Interruption> interruptions,
      Wish asked,
      Option<Mishap> suffering,
      Listener listener) {
    return new Replay(simulation, listener).through(interruptions, asked, suffering);
  }

  private Result through(
      List<? extends Interruption> interruptions, Wish asked, Option<Mishap> last) {
    for (Interruption next : interruptions) {
      Option<Moment> struck = strike(next);
      if (struck.isEmpty()) {
        break;
      }
      Option<Violation> violation = leave(next, struck.get());
      if (violation.isDefined()) {
        return new Result(violation, cuts, Option.none());
      }
    }
    set(last);
    listener.powerOn(asked, image);
    Arrival arrival = outset.leg(simulation, asked).run(this::watch, listener);
    listener.end(arrival.recovery(), arrival.image());
    Option<Violation> violation = atRest.orElse(() -> judge.ofArrival(outset, arrival, suffered));
    return new Result(violation, cuts, Option.some(arrival.recovery()));
  }

  private void set(Option<Mishap> mishap) {
    setting = mishap;
    suffered = suffered.orElse(mishap);
    mishap.forEach(listener::mishap);
    outset = Outset.of(simulation, image, reading, history, mishap);
  }

  /** What a mishap left is judged when it is there: the boots that follow may mend it. */
  private void watch(Moment moment) {
    listener.moment(moment);
    if (suffered.isDefined() && moment.isAtRest() && atRest.isEmpty()) {
      History left = moment.history(moment.reading());
      atRest =
          judge
              .ofHistory(left, moment.durable())
              .orElse(() -> judge.ofMedium(left, moment.durable(), suffered));
    }
  }

  /** The moment it struck, or nothing if there was none left. */
  private Option<Moment> strike(Interruption next) {
    int target = next.moment();
    Option<Mishap> before = suffered;
    Option<Mishap> mishap = // of which there is one to a plan
        before.isDefined()
            ? Option.none()
            : next.sufferingAmong(() -> new Foreign(simulation, image).possible());
    while (true) {
      set(mishap);
      Switch power = new Switch(listener, target);
      listener.powerOn(next.asked(), image);
      int moments;
      try {
        moments = outset.leg(simulation, next.asked()).run(power::at, listener).moments();
      } catch (PowerCut cut) {
        return power.struck;
      }
      OptionalInt instead = next.momentAmong(Math.max(1, moments));
      if (instead.isEmpty()) {
        throw new IllegalArgumentException(
            "the plan cuts the power at a moment that this version of the machine does not come to");
      }
      if (moments == 0) {
        suffered = before;
        return Option.none();
      }
      target = instead.getAsInt();
    }
  }

  private boolean hasComeAbout(Mishap mishap) {
    return mishap.kind().isForeign() || outset.luck().struck();
  }

  private Option<Violation> leave(Interruption cut, Moment moment) {
    BitSet kept = cut.keptOf(moment);
    if (kept.length() > moment.pending().size()) {
      throw new IllegalArgumentException(
          "the plan keeps writes that this version of the machine does not make");
    }
    Option<Mishap> came = setting.filter(this::hasComeAbout);
    if (setting.isDefined() && came.isEmpty()) {
      suffered = Option.none(); // the power went before the call that was to fail
    }
    CutPoint point = CutPoint.at(cut.asked(), moment, kept, came);
    cuts.add(point);
    listener.cut(point);
    StateKey left = new Variants(new Parts(simulation), moment).keeping(kept);
    image = left.image();
    reading = left.journal().reading();
    history = moment.history(reading);
    listener.left(history, image);
    return judge.ofHistory(history, image).orElse(() -> judge.ofMedium(history, image, suffered));
  }
}
