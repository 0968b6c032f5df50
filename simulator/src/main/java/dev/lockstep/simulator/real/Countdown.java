package dev.lockstep.simulator.real;

import java.util.Locale;
import java.util.function.Consumer;

/** Tells each verdict, and how long the rest will take at the pace so far. */
final class Countdown {

  private final Consumer<String> out;
  private long begunNanos = System.nanoTime();
  private int expected;
  private int tried;

  Countdown(Consumer<String> out) {
    this.out = out;
  }

  void expect(int states) {
    expected = states;
    begunNanos = System.nanoTime();
  }

  void tell(Verdict verdict) {
    tried++;
    double each = (System.nanoTime() - begunNanos) / 1e9 / tried;
    long left = Math.round(each * Math.max(0, expected - tried));
    out.accept(
        String.format(
            Locale.ROOT,
            "%d of %d  %s  %s in %.1f s  [%s]  %d min %02d s left%s",
            tried,
            expected,
            verdict.state(),
            verdict.isLost() ? "LOST" : "recovered",
            verdict.recoveryMillis() / 1e3,
            verdict.step(),
            left / 60,
            left % 60,
            verdict.fault().map(fault -> "\n    " + fault).orElse("")));
  }
}
