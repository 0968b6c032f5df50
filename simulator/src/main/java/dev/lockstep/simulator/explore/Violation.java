package dev.lockstep.simulator.explore;

/**
 * An invariant that did not hold.
 *
 * @param invariant its name
 * @param sentence what was wrong
 */
public record Violation(String invariant, String sentence) {

  @Override
  public String toString() {
    return invariant + ": " + sentence;
  }
}
