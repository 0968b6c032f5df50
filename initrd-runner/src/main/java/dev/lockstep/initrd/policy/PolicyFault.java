package dev.lockstep.initrd.policy;

/**
 * What is wrong with a policy, and where.
 *
 * @param problem what, and what to do, as the rest of a sentence
 */
public record PolicyFault(Place place, String problem) {

  /** For the operator; never holds a secret, since a policy has none. */
  public String sentence() {
    return place + ": " + problem + ".";
  }
}
