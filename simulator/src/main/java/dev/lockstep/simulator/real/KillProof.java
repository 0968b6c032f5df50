package dev.lockstep.simulator.real;

import dev.lockstep.simulator.demo.DemoFailed;
import dev.lockstep.simulator.demo.FinishedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** First boots whose power is cut at instants that only a seed knows. */
public final class KillProof {

  /** Spreads small numbers over 64 bits, as SplittableRandom does. */
  private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

  /**
   * What was asked for.
   *
   * @param runs so many, of which this shard has its part
   * @param folder for temporary folders and what failed; exists
   * @param launcher the program that a user would call
   */
  public record Request(
      long diskBytes, int runs, Shard shard, long seed, Path folder, Path launcher) {

    public Request {
      Laboratory.requireSize(diskBytes);
      if (runs < 1) {
        throw new IllegalArgumentException("--random-kills takes a number from 1");
      }
    }
  }

  private final Request request;
  private final Recovery.Sabotage sabotage;
  private final Consumer<String> out;
  private final long begunNanos = System.nanoTime();

  /**
   * @param out told the progress, a line at a time
   */
  public KillProof(Request request, Consumer<String> out) {
    this(request, Recovery.Sabotage.NONE, out);
  }

  KillProof(Request request, Recovery.Sabotage sabotage, Consumer<String> out) {
    this.request = request;
    this.sabotage = sabotage;
    this.out = out;
  }

  /** Makes all the runs, and leaves only what failed behind. */
  public KillReport run() throws IOException, DemoFailed {
    return Workplace.use(
        request.folder(),
        (folder, kept) ->
            prove(
                Laboratory.make(folder, request.launcher(), request.diskBytes(), request.seed()),
                kept));
  }

  private KillReport prove(Laboratory laboratory, KeptStates kept) throws IOException {
    Path folder = laboratory.installed("timed");
    Pace staging = new Pace(millisOf(KilledRun.staging(laboratory, folder), folder));
    Pace finishing = new Pace(millisOf(laboratory.command(folder), folder));
    double stagingShare = (double) staging.millis() / (staging.millis() + finishing.millis());
    FinishedFolder.delete(folder);
    out.accept(
        "installed; uncut it takes %d and %d ms".formatted(staging.millis(), finishing.millis()));
    Recovery judge = new Recovery(new ProcessRunner(laboratory), sabotage);
    List<KillVerdict> verdicts = new ArrayList<>();
    for (int number = 1; number <= request.runs(); number++) {
      if (request.shard().has(number, 1)) {
        Random random = new Random(request.seed() ^ (GOLDEN_RATIO * number));
        KillPlan plan = KillPlan.draw(random, stagingShare);
        KilledRun run = new KilledRun(laboratory, number);
        KillVerdict verdict = run.run(plan, staging, finishing, judge);
        verdicts.add(verdict);
        tell(verdict);
        if (verdict.fault().isPresent() || verdict.commands() > 1) {
          keep(run, verdict, kept, laboratory);
        }
      }
    }
    return new KillReport(request, verdicts, millis(), kept.first());
  }

  private static long millisOf(List<String> command, Path folder) throws IOException {
    try (PoweredMachine machine = PoweredMachine.start(command, folder, Runner.words(folder))) {
      if (!machine.endsWithin(Runner.LIMIT_MINUTES * 60_000L)) {
        throw new IOException("a first boot that was not cut does not end");
      }
      return machine.millisOn();
    }
  }

  private void tell(KillVerdict verdict) {
    out.accept(
        "%d of %d  %s  after kills in %s%s"
            .formatted(
                verdict.number(),
                request.runs(),
                verdict.fault().map(fault -> fault.kind().name()).orElse("whole"),
                verdict.kills(),
                verdict.fault().map(fault -> "\n    " + fault.sentence()).orElse("")));
  }

  private static void keep(
      KilledRun run, KillVerdict verdict, KeptStates kept, Laboratory laboratory)
      throws IOException {
    Path before =
        run.lastCut().isPresent() ? run.lastCut().get() : laboratory.installed("never-killed");
    Verdict lost =
        new Verdict(
            Verdict.Tier.KILLED,
            "run %d, killed %d times".formatted(verdict.number(), verdict.kills().size()),
            verdict.kills().isEmpty() ? "" : verdict.kills().getLast(),
            verdict.worstMillis(),
            Optional.of(
                verdict
                    .fault()
                    .map(KillVerdict.Fault::sentence)
                    .orElse("It needed %d further commands.".formatted(verdict.commands()))));
    kept.keep(lost, before, run.folder(), laboratory);
  }

  private long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos);
  }
}
