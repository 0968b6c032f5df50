package dev.lockstep.simulator.disk;

/**
 * Asked before anything becomes durable: a flush, a number in the TPM, a key in the operator's
 * hands. Between two such moments the pending writes only grow, so whatever a cut between them
 * could leave, a cut at the later one can leave too.
 */
public interface Power {

  /**
   * Something is about to become durable.
   *
   * @throws PowerCut if the power goes here
   */
  void moment(String before);

  /** Never goes. */
  Power STEADY = _ -> {};
}
