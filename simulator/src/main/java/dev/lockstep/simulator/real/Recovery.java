package dev.lockstep.simulator.real;

import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.PlainSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One more run of the same command on what a cut left, and the judgement of what is there then. */
final class Recovery {

  private static final int LET_GO_STEPS = 3000;

  /** Something done to a finished disk before it is judged; for the test that a judge judges. */
  @FunctionalInterface
  interface Sabotage {
    Sabotage NONE = _ -> {};

    void harm(Path folder) throws IOException;
  }

  private final Runner runner;
  private final Sabotage sabotage;
  private final int keysOfOthers;

  Recovery(Runner runner, Sabotage sabotage) {
    this(runner, sabotage, 0);
  }

  /**
   * The same, of a volume that another tool began.
   *
   * @param keysOfOthers keyslots that it made
   */
  Recovery(Runner runner, Sabotage sabotage, int keysOfOthers) {
    this.runner = runner;
    this.sabotage = sabotage;
    this.keysOfOthers = keysOfOthers;
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
    Runner.Ended ended = runner.run(folder);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    return new Found(
        millis, ended.exitCode() == 0 ? judge(folder, plain) : Optional.of(ended.sentence()));
  }

  /** The judgement alone. */
  Optional<String> judge(Path folder, Optional<PlainSnapshot> plain) throws IOException {
    Optional<String> left = leftBehind(folder);
    if (left.isPresent()) {
      return left;
    }
    sabotage.harm(folder);
    return FinishedFolder.fault(folder, plain, keysOfOthers);
  }

  /** Loop devices end a moment after the last who used them. */
  private static Optional<String> leftBehind(Path folder) throws IOException {
    for (int step = 0; step < LET_GO_STEPS; step++) {
      if (AttachedLoop.on(FinishedFolder.disk(folder)).isEmpty() && !hasSwtpm(folder)) {
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
