package dev.lockstep.statemachine.loop;

import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;

/** Asked between steps, which are all safe points: why the run should stop here, if it should. */
public interface Brake<P, I> {

  Option<Refusal> pulled(State<P, I> state);

  static <P, I> Brake<P, I> never() {
    return _ -> Option.none();
  }
}
