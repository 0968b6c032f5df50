package dev.lockstep.simulator.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that share out work; with one, it is done by whoever asks. */
final class Crew implements AutoCloseable {

  private final int threads;
  private final ExecutorService others;

  Crew(int threads) {
    this.threads = threads;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1), Thread.ofPlatform().daemon().name("explorer-", 1).factory());
  }

  /** Does all of it, and returns when it is done. */
  void run(List<Runnable> work) {
    AtomicInteger next = new AtomicInteger();
    Runnable share =
        () -> {
          for (int at = next.getAndIncrement(); at < work.size(); at = next.getAndIncrement()) {
            work.get(at).run();
          }
        };
    List<Future<?>> helpers = new ArrayList<>();
    for (int helper = 1; helper < Math.min(threads, work.size()); helper++) {
      helpers.add(others.submit(share));
    }
    share.run();
    helpers.forEach(Crew::await);
  }

  private static void await(Future<?> helper) {
    try {
      helper.get();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the exploration was interrupted", stopped);
    } catch (ExecutionException failed) {
      throw new IllegalStateException("a run of the exploration failed", failed.getCause());
    }
  }

  @Override
  public void close() {
    others.shutdownNow();
  }
}
