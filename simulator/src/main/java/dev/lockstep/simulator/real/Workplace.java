package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder for a proof, of which only lost states stay. */
final class Workplace {

  private Workplace() {}

  /** A proof. */
  @FunctionalInterface
  interface Work<T> {
    T in(Path folder, KeptStates kept) throws IOException, DemoFailed;
  }

  /** Stops orderly when the process is told to end. */
  static <T> T use(Path parent, Work<T> proof) throws IOException, DemoFailed {
    Path work = Files.createTempDirectory(parent, "lockstep-real-");
    KeptStates kept = new KeptStates(work);
    try (Interruption _ = Interruption.listen()) {
      Path laboratory = Files.createDirectory(work.resolve("work"));
      try {
        return proof.in(laboratory, kept);
      } finally {
        FinishedFolder.delete(laboratory);
        if (kept.first().isEmpty()) {
          FinishedFolder.delete(work);
        }
      }
    }
  }
}
