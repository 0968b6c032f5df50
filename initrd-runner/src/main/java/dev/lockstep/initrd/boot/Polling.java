package dev.lockstep.initrd.boot;

import io.vavr.control.Option;
import java.io.IOException;
import java.time.Duration;

/** Waits for what a driver or udev brings when it is ready. */
final class Polling {

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private Polling() {}

  /** One look. */
  @FunctionalInterface
  interface Look<T> {
    Option<T> look() throws IOException;
  }

  /** Looks at least once; none where nothing has come by then. */
  static <T> Option<T> until(Duration patience, Look<T> at) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (; ; ) {
      Option<T> found = at.look();
      if (found.isDefined() || System.nanoTime() > deadline) {
        return found;
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_EVERY);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
