package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;
import java.util.UUID;

/**
 * Reading the journal again gives the same state, and a boot that begins and does nothing changes
 * nothing but its own count.
 */
public record ReplayIdempotent() implements Invariant {

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final Event<Intent, Outcome> IDLE_BOOT =
      new Event.BootStarted<>(new UUID(0, 0), "idle");

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    State<Phase, Intent> first = evidence.history().state();
    State<Phase, Intent> again = MACHINE.replay(evidence.medium().journal());
    State<Phase, Intent> idle = MACHINE.evolve(again, IDLE_BOOT);
    if (!again.equals(first)) {
      return Option.some("read a second time, the journal gives another state");
    }
    return Option.when(
        !idle.phase().equals(first.phase()) || !idle.open().equals(first.open()),
        "a boot that did nothing changed the state");
  }
}
