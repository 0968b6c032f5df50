package dev.lockstep.statemachine.loop;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.EventStore;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;

/**
 * The loop. It knows no step, and recovery is no special mode of it.
 *
 * <pre>
 *   observe → decide → append intent → perform, read back → append outcome → evolve
 *              |                                                ^
 *              '---- adopt what was found done -----------------'
 * </pre>
 */
public final class Loop<P, I, O, V> {

  private final Machine<P, I, O, V> machine;
  private final World<P, I, O, V> world;
  private final EventStore<Event<I, O>> journal;
  private final Brake<P, I> brake;
  private final Witness<P, I, O> witness;
  private final Event.BootStarted<I, O> boot;
  private State<P, I> state;
  private boolean bootRecorded;

  public Loop(
      Machine<P, I, O, V> machine,
      World<P, I, O, V> world,
      EventStore<Event<I, O>> journal,
      Brake<P, I> brake,
      Witness<P, I, O> witness,
      Event.BootStarted<I, O> boot) {
    this.machine = machine;
    this.world = world;
    this.journal = journal;
    this.brake = brake;
    this.witness = witness;
    this.boot = boot;
    this.state = State.in(machine.start());
  }

  /**
   * Runs to the end or to a safe point.
   *
   * @throws IOException the journal or the disk failed: nothing more was written after it
   */
  public Ending run() throws IOException {
    state = machine.replay(journal.past());
    while (true) {
      Option<Refusal> pulled = brake.pulled(state);
      if (pulled.isDefined()) {
        return stop(pulled.get());
      }
      Either<Refusal, Decision<I, O>> decision = machine.decide(state, world.observe(state));
      if (decision.isLeft()) {
        return stop(decision.getLeft());
      }
      switch (decision.get()) {
        case Decision.Rest<I, O>() -> {
          return new Ending.Finished();
        }
        case Decision.Adopt<I, O>(O outcome, String because) ->
            append(new Event.Adopted<>(outcome, because));
        case Decision.Perform<I, O>(I intent, String because) -> {
          append(new Event.Intended<>(intent, because)); // a cut from here on: observe first
          Either<Refusal, O> performed = world.perform(state, intent);
          if (performed.isLeft()) {
            return stop(performed.getLeft());
          }
          append(new Event.Completed<>(performed.get())); // read back, so it may be relied upon
        }
      }
    }
  }

  /** The fold of what is durable. */
  public State<P, I> state() {
    return state;
  }

  /** A run that wrote nothing leaves no trace: whoever stops before the first write promises it. */
  private Ending stop(Refusal refusal) throws IOException {
    if (bootRecorded) {
      append(new Event.Stopped<>(refusal));
    }
    return new Ending.Stopped(refusal);
  }

  private void append(Event<I, O> event) throws IOException {
    if (!bootRecorded) {
      bootRecorded = true;
      record(boot);
    }
    record(event);
  }

  private void record(Event<I, O> event) throws IOException {
    journal.append(event);
    state = machine.evolve(state, event);
    witness.saw(event, state);
  }
}
