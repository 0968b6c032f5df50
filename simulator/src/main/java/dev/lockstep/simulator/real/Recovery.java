package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.PlainSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One more run of the same command on what a cut left, and the judgement of what is there then.
 *
 * <p>The run is a process of its own, here too where many states are tried: within this process the
 * mappings of one state's journal would keep its boot partition mounted behind the judge's back.
 */
final class Recovery {

  private static final int LIMIT_MINUTES = 5;
  private static final int MAX_WORDS = 1000;
  private static final int LET_GO_STEPS = 3000;

  /** Something done to a finished disk before it is judged; for the test that a judge judges. */
  @FunctionalInterface
  interface Sabotage {
    Sabotage NONE = _ -> {};

    void harm(Path folder) throws IOException;
  }

  private final Laboratory laboratory;
  private final Sabotage sabotage;

  Recovery(Laboratory laboratory, Sabotage sabotage) {
    this.laboratory = laboratory;
    this.sabotage = sabotage;
  }

  /**
   * What was found.
   *
   * @param millis the run alone
   */
  record Found(long millis, Optional<String> fault) {}

  /**
   * Goes on in a folder that holds disk, TPM and key as a cut left them.
   *
   * @param plain the filesystem before its conversion, where the cut came after its last change
   */
  Found of(Path folder, Optional<PlainSnapshot> plain) throws IOException {
    long begun = System.nanoTime();
    Optional<String> stuck = run(folder);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    return new Found(millis, stuck.isPresent() ? stuck : judge(folder, plain));
  }

  /** The judgement alone. */
  Optional<String> judge(Path folder, Optional<PlainSnapshot> plain) throws IOException {
    Optional<String> left = leftBehind(folder);
    if (left.isPresent()) {
      return left;
    }
    sabotage.harm(folder);
    return FinishedFolder.fault(folder, plain);
  }

  private Optional<String> run(Path folder) throws IOException {
    Path words = folder.resolve("words");
    Process run =
        new ProcessBuilder(laboratory.command(folder))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(words.toFile())
            .start();
    try {
      if (!run.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        return Optional.of("The run that went on did not end within 5 minutes.");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } finally {
      List<ProcessHandle> children = run.descendants().toList();
      run.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
    if (run.exitValue() == 0) {
      return Optional.empty();
    }
    String said = Files.readString(words, StandardCharsets.UTF_8).strip();
    return Optional.of(
        "The run that went on ended with exit code %d: %s"
            .formatted(run.exitValue(), said.substring(Math.max(0, said.length() - MAX_WORDS))));
  }

  /** Loop devices end a moment after the last who used them. */
  private static Optional<String> leftBehind(Path folder) throws IOException {
    for (int step = 0; step < LET_GO_STEPS; step++) {
      if (Loops.on(FinishedFolder.disk(folder)).isEmpty() && !hasSwtpm(folder)) {
        return Optional.empty();
      }
      ProcessTree.pause();
    }
    return Optional.of("A loop device or a software TPM was left behind.");
  }

  private static boolean hasSwtpm(Path folder) {
    String state = "dir=" + FinishedFolder.tpm(folder) + ",";
    return ProcessHandle.allProcesses()
        .anyMatch(
            process ->
                process.info().commandLine().filter(line -> line.contains(state)).isPresent());
  }
}
