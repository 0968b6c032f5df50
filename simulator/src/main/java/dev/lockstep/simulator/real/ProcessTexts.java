package dev.lockstep.simulator.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Command lines and environments of every process of a machine, looked at again and again while it
 * runs: what anybody on it could have read with ps(1).
 */
final class ProcessTexts implements AutoCloseable {

  private static final int PAUSE_MILLIS = 5;

  private final Set<String> texts;
  private final PoweredMachine machine;
  private final Thread thread;
  private volatile boolean ended;

  private ProcessTexts(PoweredMachine machine, Set<String> texts) {
    this.machine = machine;
    this.texts = texts;
    this.thread = Thread.ofPlatform().daemon().name("process texts").start(this::look);
  }

  /** A set for {@link #watch} to fill. */
  static Set<String> none() {
    return ConcurrentHashMap.newKeySet();
  }

  /** Adds each text that was seen, as ISO-8859-1, until closed. */
  static ProcessTexts watch(PoweredMachine machine, Set<String> texts) {
    return new ProcessTexts(machine, texts);
  }

  private void look() {
    while (!ended) {
      for (ProcessHandle process : machine.processes()) {
        add(process.pid(), "cmdline");
        add(process.pid(), "environ");
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException closed) {
        return;
      }
    }
  }

  private void add(long process, String file) {
    try {
      texts.add(
          Files.readString(Path.of("/proc/" + process + "/" + file), StandardCharsets.ISO_8859_1));
    } catch (IOException gone) {
      // what ended meanwhile can't be looked at
    }
  }

  @Override
  public void close() throws IOException {
    ended = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
