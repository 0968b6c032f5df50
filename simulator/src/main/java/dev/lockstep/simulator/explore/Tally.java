package dev.lockstep.simulator.explore;

import java.time.Duration;

/**
 * What an exploration did.
 *
 * @param states distinct images, the start included
 * @param images all images that were made, equal ones too
 * @param recoveries runs from an image to the end
 * @param joined of those the runs that came to where an earlier one had been, which had ended well
 * @param mishaps runs beside those, each with one
 * @param mostCuts on the way to any image
 * @param fixpoint whether every state was gone on from: then any number of cuts is covered
 * @param boundedMoments moments with too many pending writes for every subset
 * @param subsetsLeftOut at those
 * @param stoppedBy the bound that ended it, or nothing
 */
public record Tally(
    long states,
    long images,
    long recoveries,
    long joined,
    long mishaps,
    int mostCuts,
    boolean fixpoint,
    long boundedMoments,
    double subsetsLeftOut,
    String stoppedBy,
    Duration time) {

  /** Without mishaps. */
  public Tally(
      long states,
      long images,
      long recoveries,
      long joined,
      int mostCuts,
      boolean fixpoint,
      long boundedMoments,
      double subsetsLeftOut,
      String stoppedBy,
      Duration time) {
    this(
        states,
        images,
        recoveries,
        joined,
        0,
        mostCuts,
        fixpoint,
        boundedMoments,
        subsetsLeftOut,
        stoppedBy,
        time);
  }

  public double recoveriesPerSecond() {
    return recoveries / Math.max(1e-9, time.toNanos() / 1e9);
  }

  public double imagesPerSecond() {
    return images / Math.max(1e-9, time.toNanos() / 1e9);
  }
}
