package dev.lockstep.statemachine.machine;

import java.util.UUID;

/**
 * What the journal holds: the whole history of one machine, one record an event.
 *
 * @param <I> the machine's intents: effects it is about to have
 * @param <O> the machine's outcomes: effects that were had and read back
 */
public sealed interface Event<I, O> {

  /** A runner began. Boots that end without progress are counted, so that none loops for ever. */
  record BootStarted<I, O>(UUID bootId, String runnerVersion) implements Event<I, O> {}

  /** Durable before the effect is had: whoever finds it last in a journal must observe first. */
  record Intended<I, O>(I intent, String because) implements Event<I, O> {}

  /** The effect was had, made durable and read back, by the run that intended it. */
  record Completed<I, O>(O outcome) implements Event<I, O> {}

  /** The world was found as the effect leaves it: the power went between it and its outcome. */
  record Adopted<I, O>(O outcome, String because) implements Event<I, O> {}

  /** The run stopped at a safe point; the next one observes and decides anew. */
  record Stopped<I, O>(Refusal refusal) implements Event<I, O> {}
}
