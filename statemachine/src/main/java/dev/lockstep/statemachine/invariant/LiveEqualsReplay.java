package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.FirstBoot;
import io.vavr.control.Option;

/** Memory was the fold of what is durable, but for the one record whose append was cut. */
public record LiveEqualsReplay() implements Invariant {

  private static final FirstBoot MACHINE = new FirstBoot();

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    History history = evidence.history();
    boolean same =
        history.state().equals(history.live())
            || history
                .inFlight()
                .exists(event -> MACHINE.evolve(history.live(), event).equals(history.state()));
    return Option.when(
        !same,
        () ->
            "memory was at "
                + history.live().phase().getClass().getSimpleName()
                + ", the journal is at "
                + history.state().phase().getClass().getSimpleName());
  }
}
