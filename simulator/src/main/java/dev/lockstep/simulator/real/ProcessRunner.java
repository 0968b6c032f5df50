package dev.lockstep.simulator.real;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Each run is a process of its own, as a user would start it. */
final class ProcessRunner implements Runner {

  private static final int NOT_ENDED = 124; // as timeout(1) says it

  private final Laboratory laboratory;

  ProcessRunner(Laboratory laboratory) {
    this.laboratory = laboratory;
  }

  @Override
  public Ended run(Path folder) throws IOException {
    Process run =
        new ProcessBuilder(laboratory.command(folder))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(Runner.words(folder).toFile())
            .start();
    try {
      if (!run.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        return new Ended(NOT_ENDED, "it did not end within 5 minutes");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } finally {
      List<ProcessHandle> children = run.descendants().toList();
      run.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
    return new Ended(run.exitValue(), Runner.lastWords(folder));
  }
}
