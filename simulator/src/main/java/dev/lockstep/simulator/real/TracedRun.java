package dev.lockstep.simulator.real;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A first boot that stands still behind each of its syncs.
 *
 * <p>strace sends SIGSTOP at the entry of every call that asks for durability. The kernel carries
 * the call out and stops the process on the way back, so at a stop that sync, and no later one, is
 * done. (SIGKILL there would keep the call from being carried out; for whoever reads through the
 * page cache, as all do after a kill, both leave the same.)
 *
 * <p><b>None is missed.</b> {@code when=K} of strace counts "per syscall and per tracee"
 * (strace(1)): a K-th fsync of the main thread hides the K-th fdatasync, the K-th syncfs and the
 * K-th sync of each other process and thread, which are never hit. So no {@code when=} is used:
 * every such call of every thread of every process stops, whoever is traced goes on only when this
 * class says so, and the count over all of them is kept here. {@link StraceLog} fails when a sync
 * was logged and its thread did not stop before its next one, or before the end. {@code
 * --seccomp-bpf} would be faster and is left out: strace 6.1 loses the injected signal with it.
 */
final class TracedRun implements AutoCloseable {

  /** Every call that asks for durability; O_SYNC and RWF_SYNC are not used by the runner. */
  private static final String SYNCS = "fsync,fdatasync,msync,syncfs,sync,sync_file_range";

  private static final Pattern SCRATCH = Pattern.compile("^/run/lockstep/run-\\d+");

  private static final Duration SILENCE_LIMIT = Duration.ofMinutes(5);
  private static final int MAX_WORDS = 2000;

  private final Process strace;
  private final Path words;
  private final StraceLog log;
  private final ProcessTree tree;

  private TracedRun(Process strace, Path words, StraceLog log) {
    this.strace = strace;
    this.words = words;
    this.log = log;
    this.tree = new ProcessTree(strace.pid());
  }

  /**
   * Starts it.
   *
   * @param folder for what strace and the runner say
   */
  static TracedRun start(List<String> command, Path folder) throws IOException {
    Path trace = folder.resolve("strace");
    Path words = folder.resolve("words");
    Files.deleteIfExists(trace);
    Files.createFile(trace);
    List<String> traced =
        new ArrayList<>(
            List.of("strace", "-f", "-y", "-o", trace.toString(), "-e", "trace=" + SYNCS));
    traced.addAll(List.of("-e", "inject=" + SYNCS + ":signal=SIGSTOP"));
    traced.addAll(command);
    StraceLog log = new StraceLog(trace);
    Process strace =
        new ProcessBuilder(traced)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(words.toFile())
            .start();
    return new TracedRun(strace, words, log);
  }

  /**
   * Waits for the next stop; gives the sync before it, or none when the run has ended by itself.
   */
  Optional<SyncPoint> next() throws IOException {
    long begun = System.nanoTime();
    while (true) {
      boolean ended = !strace.isAlive();
      List<Long> stopped = log.readOn();
      if (!stopped.isEmpty()) {
        return Optional.of(log.points().getLast());
      }
      if (ended) {
        log.requireAllStopped();
        return Optional.empty();
      }
      if (System.nanoTime() - begun > SILENCE_LIMIT.toNanos()) {
        throw new IOException("the first boot stands still without a sync: " + lastWords());
      }
      ProcessTree.pause();
    }
  }

  /** Whoever else still runs stands still too, as all do when the power goes. */
  void hold() throws IOException {
    tree.hold();
  }

  void goOn() throws IOException {
    tree.goOn();
  }

  /** All processes end at one instant: none sees another's death. */
  void cutPower() throws IOException {
    tree.hold();
    tree.kill();
    int _ = exitCode();
    removeScratchFolders();
  }

  /** The mount went with the processes; the empty folder below it stays, and is this run's own. */
  private void removeScratchFolders() throws IOException {
    for (SyncPoint point : points()) {
      Matcher scratch = SCRATCH.matcher(point.target());
      if (scratch.find()) {
        Files.deleteIfExists(Path.of(scratch.group()));
      }
    }
  }

  /** Every sync so far. */
  List<SyncPoint> points() {
    return log.points();
  }

  /** Of the run, when it has ended by itself. */
  int exitCode() throws IOException {
    try {
      if (!strace.waitFor(1, TimeUnit.MINUTES)) {
        throw new IOException("strace does not end");
      }
      return strace.exitValue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** What it said last. */
  String lastWords() throws IOException {
    String said = Files.readString(words, StandardCharsets.ISO_8859_1).strip();
    return said.substring(Math.max(0, said.length() - MAX_WORDS));
  }

  /** Leaves nothing running. */
  @Override
  public void close() throws IOException {
    if (strace.isAlive()) {
      tree.kill();
      strace.destroyForcibly();
    }
    log.close();
  }
}
