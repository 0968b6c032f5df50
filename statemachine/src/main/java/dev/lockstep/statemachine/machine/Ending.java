package dev.lockstep.statemachine.machine;

/** How a run of the loop ended. */
public sealed interface Ending {

  /** Nothing is left to do. */
  record Finished() implements Ending {}

  /** Stopped at a safe point; the refusal says why and what to do. */
  record Stopped(Refusal refusal) implements Ending {}
}
