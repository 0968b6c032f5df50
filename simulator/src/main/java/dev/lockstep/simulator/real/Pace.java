package dev.lockstep.simulator.real;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a command takes uncut at present: on a busy machine an instant drawn from the time of a
 * calm one would always come before anything was done.
 */
final class Pace {

  private static final int REMEMBERED = 4;

  private final Deque<Long> recentMillis = new ArrayDeque<>();

  Pace(long firstMillis) {
    recentMillis.add(firstMillis);
  }

  /** Of a command that went on after a cut: at most as long as one from the beginning. */
  void saw(long millis) {
    recentMillis.add(millis);
    if (recentMillis.size() > REMEMBERED) {
      recentMillis.remove();
    }
  }

  /** The longest of the last few. */
  long millis() {
    return recentMillis.stream().mapToLong(Long::longValue).max().orElseThrow();
  }
}
