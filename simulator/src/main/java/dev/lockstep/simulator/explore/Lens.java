package dev.lockstep.simulator.explore;

import dev.lockstep.statemachine.invariant.Medium;

/** Through which an invariant looks at the media: for those who want to know what it asked. */
@FunctionalInterface
public interface Lens {

  /** Shows what is there, and notes nothing. */
  Lens CLEAR = (_, medium) -> medium;

  /**
   * What this invariant gets to see: the same answers.
   *
   * @param invariant its name
   */
  Medium looking(String invariant, Medium medium);
}
