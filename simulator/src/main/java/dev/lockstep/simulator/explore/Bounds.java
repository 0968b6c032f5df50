package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.fault.CrashSubsets;
import java.time.Duration;

/**
 * How far an exploration goes. Which of these was hit is part of its result.
 *
 * @param maxCuts {@link Integer#MAX_VALUE} for the fixpoint, which covers any number
 * @param maxStates bounds the memory: some 2 KiB each
 * @param time bounds the time
 * @param subsets bounds the ways in which one cut can strike
 * @param followAll whether every run is followed to its end, even where it does what another did
 * @param mishapsUpTo mishaps, one to a plan, come in boots begun after at most so many cuts; below
 *     zero there are none
 */
public record Bounds(
    int maxCuts,
    long maxStates,
    Duration time,
    CrashSubsets subsets,
    boolean followAll,
    int mishapsUpTo) {

  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Without mishaps. */
  public Bounds(
      int maxCuts, long maxStates, Duration time, CrashSubsets subsets, boolean followAll) {
    this(maxCuts, maxStates, time, subsets, followAll, -1);
  }

  /** With one mishap to a plan, in a boot begun after at most so many cuts. */
  public Bounds withMishaps(int upToCuts) {
    return new Bounds(maxCuts, maxStates, time, subsets, followAll, upToCuts);
  }

  public static Bounds cuts(int maxCuts) {
    return new Bounds(maxCuts, 2_000_000, Duration.ofHours(1), new CrashSubsets(12), false);
  }

  /** The same, and slower: a check on the shortcut. */
  public Bounds followingAll() {
    return new Bounds(maxCuts, maxStates, time, subsets, true, mishapsUpTo);
  }
}
