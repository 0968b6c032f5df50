package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.explore.Fuzzer;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.simulator.report.ExplorationText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate fuzz}. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description = "Random power cuts, several to a run; the same seed gives the same runs.")
final class FuzzCommand implements Callable<Integer> {

  @Option(
      names = "--scenario",
      defaultValue = Scenario.FIRST_BOOT,
      description = "Where it starts. Default: ${DEFAULT-VALUE}.")
  private String scenario;

  @Option(names = "--mutant", defaultValue = "none", description = "With one deliberate mistake.")
  private String mutant;

  @Option(names = "--runs", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--most-cuts",
      defaultValue = "6",
      description = "In one run. Default: ${DEFAULT-VALUE}.")
  private int mostCuts;

  @Option(names = "--plan", description = "Where a counterexample is written, as JSON.")
  private Path plan;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (runs < 1 || mostCuts < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--runs and --most-cuts take a number from 1");
    }
    Simulation simulation = Simulation.of(Scenario.named(scenario), Mutants.named(mutant));
    Fuzzer.Result result = new Fuzzer(simulation, runs, seed, mostCuts).run();
    spec.commandLine()
        .getOut()
        .println(result.runs() + " runs, " + result.cuts() + " power cuts, seed " + seed);
    if (result.counterexample().isEmpty()) {
      return CommandLine.ExitCode.OK;
    }
    ExplorationText.of(result.counterexample().get()).forEach(spec.commandLine().getOut()::println);
    if (plan != null) {
      result.counterexample().get().write(plan);
    }
    return SimulatorMain.VIOLATED;
  }
}
