package dev.lockstep.statemachine.machine;

import io.vavr.control.Either;
import io.vavr.control.Option;

/**
 * A machine in the decider pattern: pure, and all there is to know about its behaviour.
 *
 * <pre>
 *   evolve : State × Event       -&gt; State                      total
 *   decide : State × Observation -&gt; Either&lt;Refusal, Decision&gt;
 * </pre>
 *
 * @param <P> phase
 * @param <I> intent
 * @param <O> outcome
 * @param <V> what was observed
 */
public interface Machine<P, I, O, V> {

  P start();

  /** The phase after an outcome. Total: a pair that can't be is a phase of its own, and stops. */
  P advance(P phase, O outcome);

  /** Whether intending {@code later} while {@code open} was unfinished shows progress. */
  boolean progressed(I open, I later);

  Either<Refusal, Decision<I, O>> decide(State<P, I> state, V seen);

  default State<P, I> evolve(State<P, I> state, Event<I, O> event) {
    return switch (event) {
      case Event.BootStarted<I, O> _ -> new State<>(state.phase(), state.open(), state.boots() + 1);
      case Event.Intended<I, O>(I intent, String _) ->
          new State<>(
              state.phase(),
              Option.some(intent),
              state.open().exists(open -> progressed(open, intent)) ? 1 : state.boots());
      case Event.Completed<I, O>(O outcome) -> State.in(advance(state.phase(), outcome));
      case Event.Adopted<I, O>(O outcome, String _) -> State.in(advance(state.phase(), outcome));
      case Event.Stopped<I, O> _ -> state;
    };
  }

  default State<P, I> replay(Iterable<Event<I, O>> events) {
    State<P, I> state = State.in(start());
    for (Event<I, O> event : events) {
      state = evolve(state, event);
    }
    return state;
  }
}
