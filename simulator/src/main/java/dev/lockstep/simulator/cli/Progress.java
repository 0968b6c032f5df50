package dev.lockstep.simulator.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/**
 * A word on standard error every few seconds of a long run, with the time left where it can be
 * told. Never on standard output: what is there is the result.
 */
final class Progress {

  private static final Duration FIRST = Duration.ofSeconds(3);
  private static final Duration EACH = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final long begunNanos = System.nanoTime();
  private long nextNanos = begunNanos + FIRST.toNanos();

  Progress(PrintWriter out) {
    this.out = out;
  }

  /**
   * So far.
   *
   * @param share that is done, from 0 to 1; negative where nobody knows
   */
  void at(double share, String words) {
    long now = System.nanoTime();
    if (now < nextNanos) {
      return;
    }
    nextNanos = now + EACH.toNanos();
    double spent = (now - begunNanos) / 1e9;
    out.println(
        words
            + String.format(Locale.ROOT, ", %.0f s", spent)
            + (share > 0 ? ", " + left(spent / share - spent) : ""));
    out.flush();
  }

  private static String left(double seconds) {
    long whole = Math.round(Math.max(0, seconds));
    return whole < 60 ? "about " + whole + " s left" : "about " + (whole + 59) / 60 + " min left";
  }
}
