package dev.lockstep.simulator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Exploration;
import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Tally;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.simulator.report.ExplorationText;
import dev.lockstep.simulator.report.JunitXml;
import dev.lockstep.simulator.swap.SwapExplorer;
import dev.lockstep.statemachine.swap.Swap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate explore}. */
@Command(
    name = "explore",
    mixinStandardHelpOptions = true,
    description =
        "Every cut at every instant, every subset of the pending writes, and on from each.")
final class ExploreCommand implements Callable<Integer> {

  @Option(
      names = "--scenario",
      defaultValue = Scenario.FIRST_BOOT,
      description =
          "Where it starts; swap: a swap partition, always to the fixpoint. Default:"
              + " ${DEFAULT-VALUE}.")
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
      defaultValue = "PT1H",
      description = "Bounds the time, as in PT90S. Default: ${DEFAULT-VALUE}.")
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

  @Option(names = "--plan", description = "Where a counterexample is written, as JSON.")
  private Path plan;

  @Option(names = "--junit", description = "Where the result is written, as JUnit XML.")
  private Path junit;

  @Option(names = "--json", description = "The result as one JSON object.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (scenario.equals(SwapExplorer.SCENARIO)) {
      return swap();
    }
    Bounds bounds = new Bounds(cuts(), maxStates, time, new CrashSubsets(subsetLimit), followAll);
    Simulation simulation = Simulation.of(Scenario.named(scenario), Mutants.named(mutant));
    Exploration exploration = new Explorer(simulation, bounds).explore();
    if (json) {
      spec.commandLine().getOut().println(asJson(exploration));
    } else {
      ExplorationText.of(exploration).forEach(spec.commandLine().getOut()::println);
    }
    if (junit != null) {
      Files.writeString(junit, JunitXml.of("simulate explore " + scenario, exploration));
    }
    if (exploration.counterexample().isEmpty()) {
      return CommandLine.ExitCode.OK;
    }
    if (plan != null) {
      exploration.counterexample().get().write(plan);
      spec.commandLine().getErr().println("The plan is in " + plan + ": simulate replay " + plan);
    }
    return SimulatorMain.VIOLATED;
  }

  /** A machine of its own, small enough that nothing bounds it. */
  private int swap() throws IOException {
    if (!mutant.equals(Mutant.NONE.name()) || plan != null || junit != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "the scenario swap knows no --mutant, --plan or --junit");
    }
    SwapExplorer.Result result = new SwapExplorer(new Swap(), true).explore();
    Bounds unlimited = Bounds.cuts(Bounds.UNLIMITED);
    Exploration exploration =
        new Exploration(unlimited, result.tally(), io.vavr.control.Option.none());
    if (json) {
      spec.commandLine().getOut().println(asJson(exploration));
    } else {
      ExplorationText.of(exploration).forEach(spec.commandLine().getOut()::println);
    }
    result.violation().forEach(broken -> spec.commandLine().getErr().println("VIOLATED " + broken));
    return result.violation().isEmpty() ? CommandLine.ExitCode.OK : SimulatorMain.VIOLATED;
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

  private String asJson(Exploration exploration) {
    ObjectMapper mapper = new ObjectMapper();
    Tally tally = exploration.tally();
    ObjectNode node = mapper.createObjectNode();
    node.put("scenario", scenario).put("mutant", mutant).put("maxCuts", maxCuts);
    node.put("states", tally.states()).put("images", tally.images());
    node.put("recoveries", tally.recoveries()).put("joined", tally.joined());
    node.put("mostCuts", tally.mostCuts());
    node.put("fixpoint", tally.fixpoint()).put("stoppedBy", tally.stoppedBy());
    node.put("boundedMoments", tally.boundedMoments());
    node.put("subsetsLeftOut", tally.subsetsLeftOut());
    node.put("seconds", tally.time().toMillis() / 1e3);
    node.put("recoveriesPerSecond", tally.recoveriesPerSecond());
    node.set("counterexample", mapper.valueToTree(exploration.counterexample().getOrNull()));
    return node.toString();
  }
}
