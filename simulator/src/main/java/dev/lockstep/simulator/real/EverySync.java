package dev.lockstep.simulator.real;

import static dev.lockstep.simulator.real.Verdict.Tier.SYNC_POINT;

import dev.lockstep.simulator.demo.FinishedFolder;
import dev.lockstep.simulator.demo.PlainSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Cuts the power behind the K-th sync, for one K after the other, until a run ends by itself: so
 * every sync of the whole tree of processes was the last one once.
 */
final class EverySync {

  private final Laboratory laboratory;
  private final Recovery recovery;
  private final Recovery uncut;
  private final Trials trials;
  private final List<String> recorded;
  private final int settledAt;
  private int otherOrders;

  /**
   * @param recovery after a cut
   * @param uncut judges a run that was not cut
   * @param recorded the shapes of the syncs of a run that was not cut
   * @param settledAt the sync behind which the plain filesystem does not change any more
   */
  EverySync(
      Laboratory laboratory,
      Recovery recovery,
      Recovery uncut,
      Trials trials,
      List<String> recorded,
      int settledAt) {
    this.laboratory = laboratory;
    this.recovery = recovery;
    this.uncut = uncut;
    this.trials = trials;
    this.recorded = List.copyOf(recorded);
    this.settledAt = settledAt;
  }

  /** Runs whose syncs came in another order than the recorded one's. */
  int otherOrders() {
    return otherOrders;
  }

  /**
   * Tries those that are asked for.
   *
   * @param isAsked told the number of a sync, from 1
   * @param toTheEnd go on beyond the recorded ones until a run ends by itself
   * @return how many syncs the longest run had
   */
  int run(IntPredicate isAsked, boolean toTheEnd) throws IOException {
    for (int number = 1; number <= recorded.size() || toTheEnd; number++) {
      boolean isTried = number > recorded.size() || isAsked.test(number);
      if (isTried && !cutBehind(number)) {
        return number - 1;
      }
    }
    return recorded.size();
  }

  /** Whether the run came so far. */
  private boolean cutBehind(int number) throws IOException {
    Path folder = laboratory.installed("cut");
    Optional<SyncPoint> last;
    Optional<String> failed = Optional.empty();
    Optional<PlainSnapshot> plain = Optional.empty();
    try (TracedRun run = TracedRun.start(laboratory.command(folder), folder)) {
      last = run.next();
      while (last.isPresent() && run.points().size() < number) {
        if (run.points().size() == settledAt) {
          plain = Optional.of(Recording.plain(folder));
        }
        run.goOn();
        last = run.next();
      }
      if (last.isPresent()) {
        run.cutPower();
      } else if (run.exitCode() != 0) {
        failed =
            Optional.of(
                "The run ended before its cut, with exit code %d: %s"
                    .formatted(run.exitCode(), run.lastWords()));
      }
      compare(run.points().stream().map(each -> each.shape(folder)).toList());
    }
    String state = "cut behind sync " + number;
    if (failed.isPresent()) {
      trials.lose(SYNC_POINT, state, step(folder), folder, failed.get());
      return true;
    }
    if (last.isEmpty()) {
      Optional<String> fault = uncut.judge(folder, plain);
      FinishedFolder.delete(folder);
      if (fault.isPresent()) {
        throw new IOException("a run that was not cut is not whole: " + fault.get());
      }
      return false;
    }
    trials.recover(
        recovery,
        SYNC_POINT,
        state + " (" + last.get().shape(folder) + ")",
        step(folder),
        folder,
        plain);
    return true;
  }

  private static String step(Path folder) throws IOException {
    return LastStep.in(FinishedFolder.disk(folder)).title();
  }

  private void compare(List<String> shapes) {
    int common = Math.min(shapes.size(), recorded.size());
    if (!shapes.subList(0, common).equals(recorded.subList(0, common))) {
      otherOrders++;
    }
  }
}
