package dev.lockstep.simulator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.fuzz.Fuzzer;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.simulator.report.Beat;
import dev.lockstep.simulator.report.ExplorationText;
import dev.lockstep.simulator.report.FuzzPage;
import dev.lockstep.simulator.report.FuzzText;
import dev.lockstep.simulator.report.JunitXml;
import dev.lockstep.simulator.report.PlanStory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code simulate fuzz}. */
@Command(
    name = "fuzz",
    mixinStandardHelpOptions = true,
    description =
        "Random power cuts, several to a run, guided by what they reach; the same seed and number"
            + " of runs give the same result, byte for byte.")
final class FuzzCommand implements Callable<Integer> {

  private static final int USUAL_RUNS = 1000;

  @Option(
      names = "--scenario",
      defaultValue = Scenario.FIRST_BOOT,
      description = "Where it starts. Default: ${DEFAULT-VALUE}.")
  private String scenario;

  @Option(names = "--mutant", defaultValue = "none", description = "With one deliberate mistake.")
  private String mutant;

  @Option(names = "--runs", description = "How many plans. Default: 1000, or what --for allows.")
  private Integer runs;

  @Option(
      names = "--for",
      converter = Spans.class,
      paramLabel = "DURATION",
      description = "As long as this: 90s, 10m, 2h.")
  private Duration time;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--most-cuts",
      defaultValue = "6",
      description = "In one run. Default: ${DEFAULT-VALUE}.")
  private int mostCuts;

  @Option(
      names = "--mishaps",
      description =
          "A run may have one mishap besides: a failed call of a disk, bit rot, what people do to a"
              + " machine that is off.")
  private boolean mishaps;

  @Option(names = "--plan", description = "Where a counterexample is written, as JSON.")
  private Path plan;

  @Option(names = "--junit", description = "Where the result is written, as JUnit XML.")
  private Path junit;

  @Option(names = "--report", description = "Where the result is written, as one HTML page.")
  private Path page;

  @Option(names = "--json", description = "The result as one JSON object.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if ((runs != null && runs < 1) || mostCuts < 1 || mostCuts > 100) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--runs takes a number from 1, --most-cuts one from 1 to 100");
    }
    Simulation simulation = Simulation.of(Scenario.named(scenario), Mutants.named(mutant));
    Fuzzer fuzzer = new Fuzzer(simulation, seed, mostCuts, mishaps);
    long begun = System.nanoTime();
    Fuzzer.Result result = fuzzer.run(untilDone());
    writeFiles(fuzzer, result, (System.nanoTime() - begun) / 1e9);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(asJson(result));
    } else {
      FuzzText.of(result, seed).forEach(out::println);
      result.counterexample().forEach(found -> ExplorationText.of(found).forEach(out::println));
    }
    if (result.counterexample().isEmpty()) {
      return CommandLine.ExitCode.OK;
    }
    if (plan != null) {
      result.counterexample().get().write(plan);
      spec.commandLine().getErr().println("The plan is in " + plan + ": simulate replay " + plan);
    }
    return SimulatorMain.VIOLATED;
  }

  private void writeFiles(Fuzzer fuzzer, Fuzzer.Result result, double seconds) throws IOException {
    if (junit != null) {
      Files.writeString(junit, JunitXml.of("simulate fuzz " + scenario, result, seed, seconds));
    }
    if (page != null) {
      List<Beat> beats =
          result.counterexample().isDefined()
              ? PlanStory.of(result.counterexample().get())
              : List.of();
      Files.writeString(page, FuzzPage.html(fuzzer, result, beats));
    }
  }

  private Predicate<Integer> untilDone() {
    int mostRuns = runs != null ? runs : time != null ? Integer.MAX_VALUE : USUAL_RUNS;
    long begun = System.nanoTime();
    Progress progress = new Progress(spec.commandLine().getErr());
    return done -> {
      long spent = System.nanoTime() - begun;
      double share =
          Math.max((double) done / mostRuns, time == null ? 0 : (double) spent / time.toNanos());
      progress.at(share, done + " runs");
      return done < mostRuns && (time == null || spent < time.toNanos());
    };
  }

  private String asJson(Fuzzer.Result result) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    node.put("scenario", scenario).put("mutant", mutant).put("seed", seed);
    node.put("runs", result.runs()).put("cuts", result.cuts()).put("plans", result.plans());
    node.set("reached", mapper.valueToTree(result.marks()));
    node.set("counterexample", mapper.valueToTree(result.counterexample().getOrNull()));
    return node.toString();
  }
}
