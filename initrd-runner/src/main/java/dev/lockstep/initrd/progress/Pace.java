package dev.lockstep.initrd.progress;

import java.util.function.LongSupplier;

/** How fast a conversion goes, from what this run has seen of it. */
final class Pace {
  private static final double NANOS_A_SECOND = 1e9;

  private final LongSupplier nanoClock;
  private long begunNanos;
  private long firstDoneBytes = -1;

  Pace(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * A reading.
   *
   * @param bytesPerSecond 0 until there is something to tell it by
   * @param secondsLeft negative while nobody knows
   */
  record Reading(int percent, double bytesPerSecond, double secondsLeft) {}

  Reading at(long doneBytes, long totalBytes) {
    if (firstDoneBytes < 0) {
      firstDoneBytes = doneBytes;
      begunNanos = nanoClock.getAsLong();
    }
    double seconds = (nanoClock.getAsLong() - begunNanos) / NANOS_A_SECOND;
    double rate = seconds > 0 ? (doneBytes - firstDoneBytes) / seconds : 0;
    int percent = totalBytes <= 0 ? 0 : (int) (100 * doneBytes / totalBytes);
    return new Reading(percent, rate, rate > 0 ? (totalBytes - doneBytes) / rate : -1);
  }
}
