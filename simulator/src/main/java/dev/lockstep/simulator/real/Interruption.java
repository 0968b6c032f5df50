package dev.lockstep.simulator.real;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Ctrl-C and SIGTERM: nothing stays running, mounted or on the disk. */
final class Interruption implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 20;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread proof = Thread.currentThread();
  private final Thread hook = new Thread(this::stop, "stop the proof");

  private Interruption() {}

  /** Stops this thread's proof when the process is asked to end. */
  static Interruption listen() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** The proof cleans up by itself, given time: its children are gone, and its waits end. */
  private void stop() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    proof.interrupt();
    try {
      boolean inTime = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      System.err.println(
          "lockstep: stopped" + (inTime ? "." : "; a temporary folder may be left behind."));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

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
