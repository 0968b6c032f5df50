package dev.lockstep.simulator.demo;

import dev.lockstep.simulator.demo.Run.Ending;
import dev.lockstep.simulator.demo.Run.Timed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One run of the first boot as a process of its own, and the hand on its power switch. */
final class RunnerProcess implements AutoCloseable {

  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(10);
  private static final int MAX_WORDS = 2000;

  private final Process process;
  private final Path complaints;
  private final long startNanos = System.nanoTime();
  private final List<Timed> lines = new ArrayList<>();
  private volatile long lastWordNanos = startNanos;

  private RunnerProcess(Process process, Path complaints) {
    this.process = process;
    this.complaints = complaints;
  }

  static RunnerProcess start(List<String> command, Path complaints) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectError(complaints.toFile())
            .start();
    RunnerProcess runner = new RunnerProcess(process, complaints);
    Thread.ofVirtual().start(runner::watch);
    return runner;
  }

  /**
   * Reads it to its end, and ends it when the cut's moment comes.
   *
   * @param number of the run
   * @param cutNumber of the cut, from 1
   */
  Run follow(int number, Optional<CutPoint> cut, int cutNumber, Consumer<RunLine> listener)
      throws IOException {
    Optional<Ending.Cut> made = Optional.empty();
    if (cut.isPresent() && cut.get() instanceof CutPoint.WhileStarting) {
      made = cutPower(cut.get(), cutNumber);
    }
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        // What a killed runner had told before is read after it.
        RunLine line = hear(text, made.map(Ending.Cut::atMillis).orElse(Long.MAX_VALUE));
        if (made.isEmpty() && cut.isPresent() && isReached(cut.get(), line)) {
          made = cutPower(cut.get(), cutNumber);
        }
        listener.accept(line);
      }
    }
    int exitCode = await(process);
    Ending ending = made.isPresent() ? made.get() : new Ending.Exited(exitCode, sentence(exitCode));
    return new Run(number, lines, ending, sinceStartMillis());
  }

  private RunLine hear(String text, long notAfterMillis) {
    lastWordNanos = System.nanoTime();
    RunLine line = RunLine.parse(text);
    lines.add(new Timed(Math.min(sinceStartMillis(), notAfterMillis), line));
    return line;
  }

  private static boolean isReached(CutPoint cut, RunLine line) {
    return switch (line) {
      case RunLine.Told told -> StoryStep.placeOf(told.type()).map(cut::isReachedBy).orElse(false);
      case RunLine.Progress(long done, long total) -> cut.isReachedBy(done, total);
      case RunLine.Ended _, RunLine.Unreadable _ -> false;
    };
  }

  /**
   * SIGKILL for the runner and everything it started; none when it had ended by itself before.
   * Nobody may be told first: a power cut has no witness that shuts down in order.
   */
  private Optional<Ending.Cut> cutPower(CutPoint cut, int number) throws IOException {
    sleep(cut.delayMillis());
    List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
    tree.addFirst(process.toHandle());
    long atMillis = sinceStartMillis();
    tree.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle each : tree) {
      awaitEnd(each);
    }
    boolean killed = await(process) == 128 + 9;
    return killed
        ? Optional.of(new Ending.Cut(number, cut, atMillis, tree.size()))
        : Optional.empty();
  }

  private static void awaitEnd(ProcessHandle handle) throws IOException {
    try {
      handle.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    } catch (CompletionException late) {
      if (late.getCause() instanceof TimeoutException) {
        throw new IOException("process " + handle.pid() + " does not end after SIGKILL", late);
      }
      throw late;
    }
  }

  /** A runner that says nothing for so long is a failed one. */
  private void watch() {
    while (process.isAlive()) {
      if (System.nanoTime() - lastWordNanos > SILENCE_LIMIT.toNanos()) {
        endAll();
      }
      try {
        Thread.sleep(500);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private String sentence(int exitCode) throws IOException {
    for (Timed timed : lines.reversed()) {
      if (timed.line() instanceof RunLine.Ended(String _, String sentence, int _)) {
        return sentence;
      }
    }
    return exitCode == 0 ? "" : "The runner ended without a last word. " + lastComplaint();
  }

  private String lastComplaint() throws IOException {
    String words = Files.readString(complaints, StandardCharsets.ISO_8859_1).strip();
    return words.substring(Math.max(0, words.length() - MAX_WORDS));
  }

  private long sinceStartMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  private static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the first boot ran", interrupted);
    }
  }

  private static void sleep(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before the power cut", interrupted);
    }
  }

  private void endAll() {
    List<ProcessHandle> tree = process.descendants().toList();
    process.destroyForcibly();
    tree.forEach(ProcessHandle::destroyForcibly);
  }

  /** Leaves nothing running. */
  @Override
  public void close() {
    if (process.isAlive()) {
      endAll();
    }
  }
}
