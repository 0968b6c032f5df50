package dev.lockstep.simulator.real;

import java.util.ArrayList;
import java.util.List;

/** Threads that do nothing but keep processors from others. */
final class BusyProcessors implements AutoCloseable {

  private final List<Thread> threads = new ArrayList<>();

  private BusyProcessors(int count) {
    for (int number = 0; number < count; number++) {
      threads.add(Thread.ofPlatform().daemon().name("busy").start(BusyProcessors::spin));
    }
  }

  /** Twice as many as there are. */
  static BusyProcessors all() {
    return new BusyProcessors(2 * Runtime.getRuntime().availableProcessors());
  }

  /** Leaves them alone. */
  static BusyProcessors none() {
    return new BusyProcessors(0);
  }

  private static void spin() {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
