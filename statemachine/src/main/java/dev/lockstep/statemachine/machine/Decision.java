package dev.lockstep.statemachine.machine;

/** What to do next, as data. {@code because} names the case of the decider that chose it. */
public sealed interface Decision<I, O> {

  /** Make the intent durable, have the effect, read it back, make the outcome durable. */
  record Perform<I, O>(I intent, String because) implements Decision<I, O> {}

  /** The world already is as the effect would leave it: record that, touch nothing. */
  record Adopt<I, O>(O outcome, String because) implements Decision<I, O> {}

  /** All is done. */
  record Rest<I, O>() implements Decision<I, O> {}
}
