package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;

/**
 * With the power on, so many boots end with everything done.
 *
 * @param boots at least 1
 */
public record ConvergesWithin(int boots) implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    return evidence
        .recovery()
        .filter(after -> !after.complete() || after.boots() > boots)
        .map(after -> "not done after " + after.boots() + " boots: " + after.ending());
  }
}
