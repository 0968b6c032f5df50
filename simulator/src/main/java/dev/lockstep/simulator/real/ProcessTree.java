package dev.lockstep.simulator.real;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All processes that one tracer traces: found by the tracer and not by their parents, since a
 * daemon has another parent by now.
 */
final class ProcessTree {

  // signal(7), x86 and ARM
  static final int SIGABRT = 6;
  static final int SIGSEGV = 11;
  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private static final int PATIENCE_STEPS = 5000;
  private static final Path PROC = Path.of("/proc");
  private static final MethodHandle KILL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("kill").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final long tracer;

  /**
   * @param tracer its process id
   */
  ProcessTree(long tracer) {
    this.tracer = tracer;
  }

  /** Stops every process, and returns when no thread of any runs any more. */
  void hold() throws IOException {
    int quiet = 0;
    for (int step = 0; quiet < 2; step++) {
      if (step > PATIENCE_STEPS) {
        throw new IOException("a process of the first boot does not stop");
      }
      quiet = areStopped() ? quiet + 1 : 0;
      pause();
    }
  }

  private boolean areStopped() throws IOException {
    boolean all = true;
    for (long process : processes()) {
      if (!isStopped(process)) {
        signal(process, SIGSTOP);
        all = false;
      }
    }
    return all;
  }

  /** Lets every process go on. */
  void goOn() throws IOException {
    for (long process : processes()) {
      signal(process, SIGCONT);
    }
  }

  /** SIGKILL for all, and returns when the last is gone. */
  void kill() throws IOException {
    for (int step = 0; !processes().isEmpty(); step++) {
      if (step > PATIENCE_STEPS) {
        throw new IOException("a process of the first boot does not end after SIGKILL");
      }
      for (long process : processes()) {
        signal(process, SIGKILL);
      }
      pause();
    }
  }

  private List<Long> processes() throws IOException {
    List<Long> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(PROC)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (Character.isDigit(name.charAt(0)) && isTraced(entry)) {
          found.add(Long.parseLong(name));
        }
      }
    }
    return found;
  }

  /** proc(5): a zombie has no tracer to wait for. */
  private boolean isTraced(Path process) {
    String status = read(process.resolve("status"));
    return status.contains("\nTracerPid:\t" + tracer + "\n") && !status.contains("\nState:\tZ");
  }

  private static boolean isStopped(long process) {
    try (Stream<Path> threads = Files.list(PROC.resolve(process + "/task"))) {
      return threads.allMatch(
          thread -> {
            String stat = read(thread.resolve("stat"));
            return stat.isEmpty() || "tTZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
          });
    } catch (IOException gone) {
      return true;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  /** kill(2). */
  static void signal(long process, int number) {
    try {
      int _ = (int) KILL.invokeExact((int) process, number); // it may be gone already
    } catch (Throwable impossible) {
      throw new IllegalStateException("kill(2) can't be called", impossible);
    }
  }

  static void pause() throws IOException {
    try {
      Thread.sleep(1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
