package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.firstboot.Phase.RestCleared;
import dev.lockstep.statemachine.firstboot.Phase.UnderLuks;

/**
 * Chooses what is done behind the window: after the volume is final and the head's copy is gone,
 * since up to there the window's own end is needed, and before the filesystem grows, which takes
 * that room.
 *
 * <pre>
 *   0        window                                             partition
 *   |--- … --|-- slice --|-- slice --| … not yet cleared … -----|
 *            from        to: in the journal, so a cut costs one slice
 * </pre>
 */
final class RestStep {

  /** In units of the shift: 16 GiB on real disks, some minutes of a slow disk's time. */
  private static final long SLICE_SHIFTS = 1024;

  /** Bounds what a huge disk writes into the journal. */
  private static final long MOST_SLICES = 64;

  private RestStep() {}

  /**
   * The next slice, or growth where none is left. What the operator wants now counts, not what was
   * wanted when it began: who finds that wiping takes too long, or that the disk fails there, says
   * {@code keep} and goes on.
   */
  static Intent next(UnderLuks phase, Observation seen) {
    Job job = phase.job();
    long fromBytes = phase instanceof RestCleared cleared ? cleared.toBytes() : job.windowBytes();
    // A partition that a person made smaller since ends elsewhere than the job says.
    boolean asPlanned = seen.facts().partitionBytes() >= job.partitionBytes();
    if (fromBytes >= job.partitionBytes() || !asPlanned) {
      return new Intent.SettleGrowth();
    }
    return switch (seen.policy().rest()) {
      case KEEP -> new Intent.SettleGrowth();
      case DISCARD -> new Intent.ClearRest(BehindWindow.DISCARD, fromBytes, job.partitionBytes());
      case WIPE -> new Intent.ClearRest(BehindWindow.WIPE, fromBytes, sliceEnd(job, fromBytes));
    };
  }

  private static long sliceEnd(Job job, long fromBytes) {
    long restBytes = job.partitionBytes() - job.windowBytes();
    long sliceBytes =
        Math.max(SLICE_SHIFTS * job.shiftBytes(), Math.ceilDiv(restBytes, MOST_SLICES));
    return Math.min(job.partitionBytes(), fromBytes + sliceBytes);
  }
}
