package dev.lockstep.statemachine.loop;

import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;
import java.io.IOException;

/** All that is outside the machine. */
public interface World<P, I, O, V> {

  /** Reads, never writes. */
  V observe(State<P, I> state) throws IOException;

  /** Has the effect, makes it durable, reads it back; the outcome is what was read. */
  Either<Refusal, O> perform(State<P, I> state, I intent) throws IOException;
}
