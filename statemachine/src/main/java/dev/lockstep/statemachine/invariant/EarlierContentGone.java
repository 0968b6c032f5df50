package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import io.vavr.control.Option;

/**
 * Once the journal says that what lies behind the volume was overwritten, nothing of it is left. Of
 * a discard it says nothing.
 */
public record EarlierContentGone() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    boolean wiped = evidence.history().replayed().exists(EarlierContentGone::tellsSo);
    return Option.when(
        wiped && evidence.medium().earlierContentIsLeft(),
        "what lay behind the volume is recorded as overwritten, and it is still there");
  }

  private static boolean tellsSo(Event<Intent, Outcome> event) {
    return event
            instanceof
            Event.Completed<Intent, Outcome>(
                Outcome.RestCleared(BehindWindow how, long _, String _))
        && how == BehindWindow.WIPE;
  }
}
