package dev.lockstep.journal.benchmark;

import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import dev.lockstep.journal.scan.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Open after eight generations that are too full to be folded, and be ready to append. */
@State(Scope.Thread)
public class OpenBenchmark {
  static final String SCRATCH = "lockstep.benchmark.scratch";

  private final Path folder = Path.of(System.getProperty(VerifyBenchmark.FOLDER));
  private final Path copy = folder.resolve("copy");
  private Journal journal;

  /** Each opening adds a generation, so each is of a copy. */
  @Setup(Level.Invocation)
  public void copyJournal() throws IOException {
    Files.createDirectories(copy);
    for (Path generation : JournalReader.files(folder.resolve("large"))) {
      Files.copy(generation, copy.resolve(generation.getFileName()));
    }
  }

  @Benchmark
  public Journal open() throws JournalFailed {
    journal =
        Journal.open(
            copy, Path.of(System.getProperty(SCRATCH)), new UUID(9, 9), System::currentTimeMillis);
    return journal;
  }

  @TearDown(Level.Invocation)
  public void remove() throws IOException {
    journal.close();
    for (Path generation : JournalReader.files(copy)) {
      Files.delete(generation);
    }
  }
}
