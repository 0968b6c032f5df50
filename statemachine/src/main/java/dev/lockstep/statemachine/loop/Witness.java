package dev.lockstep.statemachine.loop;

import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;

/** Told of every event once it is durable. Has no say. */
public interface Witness<P, I, O> {

  void saw(Event<I, O> event, State<P, I> after);

  static <P, I, O> Witness<P, I, O> none() {
    return (_, _) -> {};
  }
}
