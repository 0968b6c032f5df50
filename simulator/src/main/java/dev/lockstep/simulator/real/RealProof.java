package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The whole tier: install, record, cut at syncs, reorder, judge. */
public final class RealProof {

  /**
   * What was asked for.
   *
   * @param syncStride every so-many-th sync point; 0 for none
   * @param toTheEnd until a run ends by itself
   * @param reorder so many states of each epoch; 0 for none
   * @param reorderStride every so-many-th of them
   * @param folder for temporary folders and lost states; exists
   * @param launcher the program that a user would call
   */
  public record Request(
      long diskBytes,
      int syncStride,
      boolean toTheEnd,
      int reorder,
      int reorderStride,
      Shard shard,
      long seed,
      Path folder,
      Path launcher) {

    public Request {
      Laboratory.requireSize(diskBytes);
      if (syncStride < 0 || reorder < 0 || reorderStride < 1) {
        throw new IllegalArgumentException("--reorder takes a number from 0");
      }
    }
  }

  /** Deliberate mistakes; none outside tests. */
  record Mistakes(Recovery.Sabotage sabotage, Predicate<SyncPoint> keepsFlushes) {
    static final Mistakes NONE = new Mistakes(Recovery.Sabotage.NONE, _ -> true);
  }

  private final Request request;
  private final Mistakes mistakes;
  private final Consumer<String> out;
  private final long begunNanos = System.nanoTime();

  /**
   * @param out told the progress, a line at a time
   */
  public RealProof(Request request, Consumer<String> out) {
    this(request, Mistakes.NONE, out);
  }

  RealProof(Request request, Mistakes mistakes, Consumer<String> out) {
    this.request = request;
    this.mistakes = mistakes;
    this.out = out;
  }

  /** Tries what was asked for, and leaves only lost states behind. */
  public RealReport run() throws IOException, DemoFailed {
    return Workplace.use(
        request.folder(),
        (folder, kept) ->
            prove(
                Laboratory.make(folder, request.launcher(), request.diskBytes(), request.seed()),
                kept));
  }

  private RealReport prove(Laboratory laboratory, KeptStates kept) throws IOException {
    out.accept("installed; recording a first boot that is not cut");
    Recording recording = Recording.make(laboratory, mistakes.keepsFlushes());
    Runner real = new ProcessRunner(laboratory);
    Recovery uncut = new Recovery(real, Recovery.Sabotage.NONE);
    Optional<String> fault = uncut.judge(recording.folder(), recording.plain());
    if (fault.isPresent()) {
      throw new IOException("a first boot that was not cut is not whole: " + fault.get());
    }
    FinishedFolder.delete(recording.folder());
    int points = recording.points().size();
    int stride = request.syncStride();
    Countdown countdown = new Countdown(out);
    Trials trials = new Trials(laboratory, kept, countdown::tell);
    Reorder reorder =
        new Reorder(
            laboratory,
            trials,
            recording,
            request.reorder(),
            request.seed(),
            number -> request.shard().has(number, request.reorderStride()));
    List<Integer> asked = new ArrayList<>();
    for (int number = 1; stride > 0 && number <= points; number++) {
      if (request.shard().has(number, stride)) {
        asked.add(number);
      }
    }
    out.accept(
        "%d sync points, %d epochs with changes; %d cuts and %d reordered states to try"
            .formatted(points, recording.epochs().size(), asked.size(), reorder.states()));
    countdown.expect(asked.size() + reorder.states());

    int otherOrders = 0;
    if (stride > 0) {
      EverySync every =
          new EverySync(
              laboratory,
              new Recovery(real, mistakes.sabotage()),
              uncut,
              trials,
              recording.shapes(),
              recording.settledAt());
      points = every.run(asked::contains, request.toTheEnd());
      otherOrders = every.otherOrders();
    }
    try (WarmRunner warm = new WarmRunner(laboratory)) {
      reorder.run(new Recovery(warm, mistakes.sabotage()));
    }
    return new RealReport(
        request,
        trials.verdicts(),
        points,
        otherOrders,
        recording.cachedSectors(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos),
        kept.first());
  }
}
