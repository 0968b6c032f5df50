package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;

/**
 * Makes crash images of a recorded run, in which what was not flushed is reordered, and tries them.
 */
final class Reorder {

  /** Spreads small numbers over 64 bits, as SplittableRandom does. */
  private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

  private final Laboratory laboratory;
  private final Trials trials;
  private final Recording recording;
  private final List<List<CrashState>> plan = new ArrayList<>();

  /**
   * @param perEpoch so many states of each epoch
   * @param isAsked told the number of a state, from 1
   */
  Reorder(
      Laboratory laboratory,
      Trials trials,
      Recording recording,
      int perEpoch,
      long seed,
      IntPredicate isAsked) {
    this.laboratory = laboratory;
    this.trials = trials;
    this.recording = recording;
    int number = 0;
    for (Epoch epoch : recording.epochs()) {
      List<CrashState> asked = new ArrayList<>();
      // Of its own: how many sectors an earlier epoch has differs from run to run.
      Random random = new Random(seed ^ (GOLDEN_RATIO * plan.size()));
      for (CrashState state : CrashState.of(epoch, perEpoch, random)) {
        number++;
        if (isAsked.test(number)) {
          asked.add(state);
        }
      }
      plan.add(asked);
    }
  }

  /** How many states there are to try. */
  int states() {
    return plan.stream().mapToInt(List::size).sum();
  }

  /**
   * Tries them.
   *
   * @param recovery of each
   */
  void run(Recovery recovery) throws IOException {
    Path durable = laboratory.folder().resolve("durable.img");
    Laboratory.copy(laboratory.pristine(), durable);
    try (FileChannel store = FileChannel.open(recording.store(), StandardOpenOption.READ);
        FileChannel base = FileChannel.open(durable, StandardOpenOption.WRITE)) {
      for (int number = 0; number < plan.size(); number++) {
        Epoch epoch = recording.epochs().get(number);
        for (CrashState state : plan.get(number)) {
          trials.recover(
              recovery,
              Verdict.Tier.REORDERED,
              state.words(epoch),
              epoch.step(),
              assemble(epoch, state, durable, store),
              epoch.isSettled() ? recording.plain() : Optional.empty());
        }
        epoch.boot().apply(epoch.boot().all(), store, base);
        if (epoch.flushesRoot()) {
          epoch.root().apply(epoch.root().all(), store, base);
        }
      }
    }
  }

  private Path assemble(Epoch epoch, CrashState state, Path durable, FileChannel store)
      throws IOException {
    Path folder = laboratory.fresh("reordered");
    Path disk = FinishedFolder.disk(folder);
    Laboratory.copy(durable, disk);
    try (FileChannel image = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      epoch.root().apply(state.root(), store, image);
      if (state.bootIsNew()) {
        epoch.boot().apply(epoch.boot().all(), store, image);
      }
    }
    place(epoch.tpm(), state.tpmIsNew(), FinishedFolder.tpm(folder));
    place(epoch.key(), state.keyIsNew(), FinishedFolder.recoveryKey(folder));
    return folder;
  }

  private static void place(Epoch.BothEnds ends, boolean isNew, Path at) throws IOException {
    Optional<Path> chosen = isNew ? ends.after() : ends.before();
    if (chosen.isPresent() && Files.exists(chosen.get())) {
      Laboratory.copy(chosen.get(), at);
    }
  }
}
