package dev.lockstep.initrd.cli;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Option;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Ctrl-C and SIGTERM: stop at the next safe point, and end with that run's own exit code. */
final class StopSignal {

  private static final CountDownLatch FINISHED = new CountDownLatch(1);
  private static final AtomicInteger EXIT_CODE = new AtomicInteger();
  private static volatile boolean requested;

  private StopSignal() {}

  static void listen() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  requested = true;
                  try {
                    FINISHED.await();
                  } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                  }
                  Runtime.getRuntime().halt(EXIT_CODE.get());
                },
                "stop at a safe point"));
  }

  static boolean requested() {
    return requested;
  }

  /** Pulled as soon as a signal came. */
  static Brake<Phase, Intent> brake() {
    return _ -> Option.when(requested, () -> safePoint("ASKED_TO_STOP"));
  }

  static Refusal safePoint(String code) {
    return new Refusal(
        Refusal.Kind.SAFE_POINT,
        code,
        "Stopped at a safe point, as asked; run the same command again to go on.");
  }

  static void finished(int exitCode) {
    EXIT_CODE.set(exitCode);
    FINISHED.countDown();
  }
}
