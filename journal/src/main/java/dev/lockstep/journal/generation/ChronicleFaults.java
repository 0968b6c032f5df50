package dev.lockstep.journal.generation;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import net.openhft.chronicle.core.Jvm;
import org.slf4j.Logger;

/**
 * Chronicle reports many faults to a handler and goes on as if nothing had happened (a read-only
 * fallback, a file it renamed away). Here each warning or error counts, and the writer that sees
 * the count move is done.
 */
final class ChronicleFaults {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final AtomicReference<String> LAST = new AtomicReference<>("");

  private final int before = COUNT.get();

  private ChronicleFaults() {}

  /** Starts to listen; the handlers are Chronicle's own, one set for the whole process. */
  static ChronicleFaults listen() {
    Jvm.setExceptionHandlers(
        (where, message, thrown) -> note("error", where, message, thrown),
        (where, message, thrown) -> note("warning", where, message, thrown),
        (where, message, thrown) -> {});
    return new ChronicleFaults();
  }

  /** The last fault since this object was made. */
  Optional<String> reported() {
    return COUNT.get() == before ? Optional.empty() : Optional.of(LAST.get());
  }

  private static void note(String level, Logger where, String message, Throwable thrown) {
    LAST.set(
        "%s of %s: %s%s"
            .formatted(level, where.getName(), message, thrown == null ? "" : " (" + thrown + ")"));
    COUNT.incrementAndGet();
  }
}
