package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A run that begins with something else than an installed disk, its power cut behind every sync of
 * it. One more run of the same command must leave what an uncut one leaves.
 */
public final class BeginningProof {

  private static final int NEVER = -1;

  private final Beginning beginning;
  private final RealProof.Request request;
  private final Consumer<String> out;
  private final long begunNanos = System.nanoTime();

  /**
   * @param request of its numbers the disk's size, the seed and the shard count
   * @param out told the progress, a line at a time
   */
  public BeginningProof(Beginning beginning, RealProof.Request request, Consumer<String> out) {
    this.beginning = beginning;
    this.request = request;
    this.out = out;
  }

  /** Tries every sync, and leaves only lost states behind. */
  public RealReport run() throws IOException, DemoFailed {
    return Workplace.use(
        request.folder(),
        (folder, kept) ->
            prove(
                Laboratory.make(folder, request.launcher(), request.diskBytes(), request.seed()),
                kept));
  }

  private RealReport prove(Laboratory installed, KeptStates kept) throws IOException, DemoFailed {
    Laboratory laboratory = installed.from(beginning.of(installed));
    List<String> recorded = shapes(laboratory);
    out.accept(beginning.words() + "; " + recorded.size() + " sync points");
    Countdown countdown = new Countdown(out);
    countdown.expect((recorded.size() + request.shard().of() - 1) / request.shard().of());
    Trials trials = new Trials(laboratory, kept, countdown::tell);
    Recovery recovery =
        new Recovery(
            new ProcessRunner(laboratory), Recovery.Sabotage.NONE, laboratory.keysOfOthers());
    EverySync every = new EverySync(laboratory, recovery, recovery, trials, recorded, NEVER);
    int points = every.run(number -> request.shard().has(number, 1), true);
    return new RealReport(
        request,
        trials.verdicts(),
        points,
        every.otherOrders(),
        0,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos),
        kept.first());
  }

  /** Of the syncs of a run that is not cut. */
  private static List<String> shapes(Laboratory laboratory) throws IOException {
    Path folder = laboratory.installed("recorded");
    try (TracedRun run = TracedRun.start(laboratory.command(folder), folder)) {
      while (run.next().isPresent()) {
        run.goOn();
      }
      if (run.exitCode() != 0) {
        throw new IOException("a run that was not cut failed: " + run.lastWords());
      }
      return run.points().stream().map(each -> each.shape(folder)).toList();
    } finally {
      FinishedFolder.delete(folder);
    }
  }
}
