package dev.lockstep.journal.benchmark;

import dev.lockstep.journal.verify.JournalSource;
import dev.lockstep.journal.verify.Verification;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** {@code journal verify} of one journal, reading it off the disk included. */
@State(Scope.Thread)
public class VerifyBenchmark {
  /** The folder with the journals of {@link #journal}, made before. */
  static final String FOLDER = "lockstep.benchmark.folder";

  @Param({"large", "small", "small-full"})
  public String journal;

  @Benchmark
  public Verification verify() throws IOException {
    Verification verification =
        JournalSource.verify(Path.of(System.getProperty(FOLDER)).resolve(journal));
    if (!verification.isSound()) {
      throw new IllegalStateException("the benchmark's journal is not sound");
    }
    return verification;
  }
}
