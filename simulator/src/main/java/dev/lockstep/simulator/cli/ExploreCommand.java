package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Tally;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.install.InstallExplorer;
import dev.lockstep.simulator.install.InstallMistake;
import dev.lockstep.simulator.journal.JournalLevel;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.simulator.real.Shard;
import dev.lockstep.simulator.report.ExplorationReport;
import dev.lockstep.simulator.report.Reports;
import dev.lockstep.simulator.swap.SwapExplorer;
import dev.lockstep.statemachine.swap.Swap;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code simulate explore}. */
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    description =
        "Every cut at every instant, every subset of the pending writes, and on from each.")
final class ExploreCommand implements Callable<Integer> {

  private static final String ALL = "all";

  @Option(
      names = "--scenario",
      defaultValue = Scenario.FIRST_BOOT,
      description =
          "Where it starts; swap: a swap partition, install: an install to a used disk, both always"
              + " to the fixpoint; all: each of them, a line each. Default: ${DEFAULT-VALUE}.")
  private String scenario;

  @Option(
      names = "--max-cuts",
      defaultValue = "2",
      paramLabel = "N|unlimited",
      description = "Power cuts in a row; unlimited goes on to the fixpoint. Default: 2.")
  private String maxCuts;

  @Option(names = "--mutant", defaultValue = "none", description = "With one deliberate mistake.")
  private String mutant;

  @Option(
      names = "--max-states",
      defaultValue = "2000000",
      description = "Bounds the memory. Default: ${DEFAULT-VALUE}.")
  private long maxStates;

  @Option(
      names = "--for",
      defaultValue = "1h",
      converter = Spans.class,
      paramLabel = "DURATION",
      description = "Bounds the time: 90s, 10m, 2h. Default: ${DEFAULT-VALUE}.")
  private Duration time;

  @Option(
      names = "--all-subsets-of",
      defaultValue = "12",
      description = "So many pending writes at most are tried in every subset. Default: 12.")
  private int subsetLimit;

  @Option(
      names = "--follow-all",
      description = "Follow every run to its end, even where it does what another did.")
  private boolean followAll;

  @Option(
      names = "--threads",
      description = "The result is the same with any number. Default: one a processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      converter = ShardForm.class,
      description = "One share of N; `simulate merge` puts the shares' --json reports together.")
  private Shard shard;

  @Option(
      names = "--mishaps",
      arity = "0..1",
      fallbackValue = "0",
      paramLabel = "N",
      description =
          "One mishap to a plan: a failed call of a disk, bit rot, what people do to a machine that"
              + " is off; in boots begun after at most N cuts. N: ${FALLBACK-VALUE} where left out.")
  private Integer mishaps;

  @Option(
      names = "--journal",
      defaultValue = "records",
      paramLabel = "records|chronicle",
      converter = JournalLevelForm.class,
      description =
          "chronicle: the real journal with Chronicle Queue on a real file in memory, whose pages"
              + " are torn too; much slower. Default: ${DEFAULT-VALUE}.")
  private JournalLevel journal;

  @Mixin private ReportOutputs outputs;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (threads < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--threads takes a number from 1");
    }
    if (mishaps != null && mishaps < 0) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--mishaps takes a number from 0");
    }
    if (journal == JournalLevel.CHRONICLE && (shard != null || outputs.wantFiles())) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--journal chronicle knows no --shard, --plan, --junit or --report");
    }
    return switch (scenario) {
      case SwapExplorer.SCENARIO, InstallExplorer.SCENARIO -> other(scenario);
      case ALL -> all();
      default ->
          outputs.write(
              spec.commandLine(), suite(scenario), explored(Scenario.named(scenario), bounds()));
    };
  }

  private static String suite(String scenario) {
    return "simulate explore " + scenario;
  }

  private ExplorationReport explored(Scenario start, Bounds bounds) throws IOException {
    Progress progress = new Progress(spec.commandLine().getErr());
    return Reports.of(
        Simulation.of(start, Mutants.named(mutant)).with(journal),
        bounds,
        threads,
        shard == null ? Shard.WHOLE : shard,
        shard != null,
        (done, waiting, cuts) ->
            progress.at(
                (double) done / (done + waiting + 1),
                "%s: %d recoveries done, %d waiting, after %d cuts"
                    .formatted(start.name(), done, waiting, cuts)));
  }

  /** What a change of the machine has to pass. Goes on behind a violation: there may be others. */
  private int all() throws IOException {
    if (!mutant.equals(Mutant.NONE.name()) || shard != null || outputs.wantOneExploration()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "all scenarios at once know no --mutant, --shard, --plan or --report");
    }
    List<ExplorationReport> reports = new ArrayList<>();
    for (String name : Scenario.NAMES) {
      ExplorationReport report = explored(Scenario.named(name), bounds());
      outputs.writeLine(spec.commandLine(), report);
      reports.add(report);
    }
    long violated = 0;
    for (String name : List.of(SwapExplorer.SCENARIO, InstallExplorer.SCENARIO)) {
      Explored other = exploredToTheFixpoint(name);
      ExplorationReport report = Reports.of(name, other.tally());
      outputs.writeLine(spec.commandLine(), report);
      reports.add(report);
      other.violation().forEach(this::tellViolation);
      violated += other.violation().isDefined() ? 1 : 0;
    }
    violated += reports.stream().filter(ExplorationReport::isViolated).count();
    outputs.writeSum(spec.commandLine(), "simulate explore", reports, violated);
    return violated == 0 ? CommandLine.ExitCode.OK : SimulatorMain.VIOLATED;
  }

  private void tellViolation(String how) {
    spec.commandLine().getErr().println("VIOLATED " + how);
  }

  /** What an explorer of a machine of its own found. */
  private record Explored(Tally tally, io.vavr.control.Option<String> violation) {}

  private static Explored exploredToTheFixpoint(String name) {
    if (name.equals(SwapExplorer.SCENARIO)) {
      SwapExplorer.Result swap = new SwapExplorer(new Swap(), true).explore();
      return new Explored(swap.tally(), swap.violation());
    }
    InstallExplorer.Result install = new InstallExplorer(InstallMistake.NONE).explore();
    return new Explored(install.tally(), install.violation().map(Violation::toString));
  }

  /** A machine of its own, small enough that nothing bounds it. */
  private int other(String name) throws IOException {
    if (!mutant.equals(Mutant.NONE.name())
        || mishaps != null
        || shard != null
        || outputs.wantFiles()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "the scenario "
              + name
              + " knows no --mutant, --mishaps, --shard, --plan, --junit or --report");
    }
    Explored explored = exploredToTheFixpoint(name);
    if (explored.violation().isDefined()) {
      tellViolation(explored.violation().get());
      return SimulatorMain.VIOLATED;
    }
    return outputs.write(spec.commandLine(), suite(name), Reports.of(name, explored.tally()));
  }

  private Bounds bounds() {
    Bounds bounds = new Bounds(cuts(), maxStates, time, new CrashSubsets(subsetLimit), followAll);
    return mishaps == null ? bounds : bounds.withMishaps(mishaps);
  }

  private int cuts() {
    if (maxCuts.equals("unlimited")) {
      return Bounds.UNLIMITED;
    }
    try {
      int cuts = Integer.parseInt(maxCuts);
      if (cuts >= 0) {
        return cuts;
      }
    } catch (NumberFormatException notANumber) {
      // told below, like a negative one
    }
    throw new CommandLine.ParameterException(
        spec.commandLine(), "--max-cuts takes a number from 0 or 'unlimited', not " + maxCuts);
  }
}
