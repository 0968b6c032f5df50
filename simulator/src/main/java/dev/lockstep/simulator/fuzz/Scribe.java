package dev.lockstep.simulator.fuzz;

import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Image;
import dev.lockstep.simulator.explore.Reached;
import dev.lockstep.simulator.explore.Replay;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;
import java.util.SortedSet;

/** Notes what one plan reached: {@link Reached}, and the shapes of journals that its cuts leave. */
final class Scribe implements Replay.Listener {

  private static final int TAIL = 3;

  private final Reached reached = new Reached();

  SortedSet<String> marks() {
    return reached.marks();
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
    reached.saw(event, after);
  }

  @Override
  public Medium looking(String invariant, Medium medium) {
    return reached.looking(invariant, medium);
  }

  /** A mishap that the power went before has not come about, and is in no cut. */
  @Override
  public void cut(CutPoint point) {
    Option.of(point.mishap())
        .forEach(mishap -> reached.mark("mishap " + mishap.kind() + " of " + mishap.domain()));
  }

  /** The last records, and what became of the one that the cut struck. */
  @Override
  public void left(History history, Image image) {
    StringBuilder shape = new StringBuilder("journal");
    history.replayed().takeRight(TAIL).forEach(event -> shape.append(' ').append(kind(event)));
    history
        .inFlight()
        .forEach(
            event ->
                shape.append(
                    history.replayed().lastOption().contains(event) ? " arrived" : " lost"));
    reached.mark(shape.toString());
  }

  @Override
  public void end(Recovery recovery, Image image) {
    reached.mark(
        "end "
            + (recovery.undone() ? "undone" : recovery.complete() ? "complete" : "incomplete")
            + " after "
            + recovery.boots());
  }

  private static String kind(Event<Intent, Outcome> event) {
    return switch (event) {
      case Event.BootStarted<Intent, Outcome> _ -> "boot";
      case Event.Intended<Intent, Outcome>(Intent intent, String _) ->
          "intended:" + intent.getClass().getSimpleName();
      case Event.Completed<Intent, Outcome>(Outcome outcome) ->
          "completed:" + outcome.getClass().getSimpleName();
      case Event.Adopted<Intent, Outcome>(Outcome outcome, String _) ->
          "adopted:" + outcome.getClass().getSimpleName();
      case Event.Stopped<Intent, Outcome>(var refusal) -> "stopped:" + refusal.code();
    };
  }
}
