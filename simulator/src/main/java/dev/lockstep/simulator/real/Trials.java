package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.PlainSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Goes on from states, one at a time, and keeps those that are lost. */
final class Trials {

  private final Laboratory laboratory;
  private final KeptStates kept;
  private final Consumer<Verdict> listener;
  private final List<Verdict> verdicts = new ArrayList<>();

  Trials(Laboratory laboratory, KeptStates kept, Consumer<Verdict> listener) {
    this.laboratory = laboratory;
    this.kept = kept;
    this.listener = listener;
  }

  List<Verdict> verdicts() {
    return List.copyOf(verdicts);
  }

  /**
   * Goes on from what a cut left.
   *
   * @param folder with disk, TPM and key; used up
   * @param plain the filesystem before its conversion, where the cut came after its last change
   */
  void recover(
      Recovery recovery,
      Verdict.Tier tier,
      String state,
      String step,
      Path folder,
      Optional<PlainSnapshot> plain)
      throws IOException {
    Path before = laboratory.folder().resolve("before");
    FinishedFolder.delete(before);
    Files.createDirectories(before);
    Laboratory.copyMachine(folder, before);
    Recovery.Found found = recovery.of(folder, plain);
    Verdict verdict = new Verdict(tier, state, step, found.millis(), found.fault());
    conclude(verdict, before, folder);
  }

  /** A state that is lost before anything can be gone on with. */
  void lose(Verdict.Tier tier, String state, String step, Path folder, String fault)
      throws IOException {
    Path before = laboratory.folder().resolve("before");
    FinishedFolder.delete(before);
    Files.createDirectories(before);
    Laboratory.copyMachine(folder, before);
    Verdict verdict = new Verdict(tier, state, step, 0, Optional.of(fault));
    conclude(verdict, before, folder);
  }

  private void conclude(Verdict verdict, Path before, Path folder) throws IOException {
    if (verdict.isLost()) {
      kept.keep(verdict, before, folder, laboratory);
    }
    FinishedFolder.delete(before);
    FinishedFolder.delete(folder);
    verdicts.add(verdict);
    listener.accept(verdict);
  }
}
