package dev.lockstep.initrd.cli;

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

  static void finished(int exitCode) {
    EXIT_CODE.set(exitCode);
    FINISHED.countDown();
  }
}
