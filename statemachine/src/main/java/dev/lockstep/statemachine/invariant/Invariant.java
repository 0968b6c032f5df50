package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;

/** Something that must hold after every power cut. */
public interface Invariant {

  /** What is wrong, in one sentence; none if the invariant holds. */
  Option<String> violatedBy(Evidence evidence);

  /** As in the design, in reports and in plans. */
  default String name() {
    return getClass().getSimpleName();
  }
}
