package dev.lockstep.simulator.demo;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and SIGTERM: nothing stays running or mounted, and no plaintext is left behind. */
final class Interruption implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 10;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread story = Thread.currentThread();
  private final Thread hook;
  private volatile boolean requested;

  private Interruption(DemoFolder folder) {
    this.hook = new Thread(() -> stop(folder), "stop the demo");
  }

  /** Stops this thread's demo when the process is asked to end. */
  static Interruption listen(DemoFolder folder) {
    Interruption interruption = new Interruption(folder);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether the demo ends because it was told to. */
  boolean isRequested() {
    return requested;
  }

  /** The demo cleans up by itself; where it does not in time, it is done here. */
  private void stop(DemoFolder folder) {
    requested = true;
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    story.interrupt();
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        folder.clearWork();
      }
      System.err.println("lockstep: The demo was stopped; run it again for another one.");
    } catch (IOException left) {
      System.err.println("lockstep: The demo was stopped, and left " + left.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** From here on there is nothing to clean up. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      // the hook has been told
    }
  }
}
