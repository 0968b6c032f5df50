package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.report.Beat;
import dev.lockstep.simulator.report.PlanPage;
import dev.lockstep.simulator.report.PlanStory;
import dev.lockstep.simulator.report.StoryText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code simulate replay}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Runs a counterexample again, cut by cut.")
final class ReplayCommand implements Callable<Integer> {

  @Parameters(paramLabel = "PLAN.json", description = "As explore and fuzz write it.")
  private Path plan;

  @Option(names = "--verbose", description = "With every write, every flush and every record.")
  private boolean verbose;

  @Option(names = "--report", description = "Where it is written, as one HTML page.")
  private Path page;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Plan read = Plan.read(plan);
    List<Beat> beats = PlanStory.of(read);
    if (page != null) {
      Files.writeString(page, PlanPage.html(read, beats));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (verbose) {
      StoryText.of(beats).forEach(out::println);
    } else {
      beats.forEach(beat -> tell(beat, out));
    }
    Optional<Violation> violation = violation(beats);
    if (violation.isEmpty()) {
      out.println("every invariant holds");
      return CommandLine.ExitCode.OK;
    }
    return SimulatorMain.VIOLATED;
  }

  private static Optional<Violation> violation(List<Beat> beats) {
    return beats.getLast() instanceof Beat.Violated(Violation violation)
        ? Optional.of(violation)
        : Optional.empty();
  }

  private static void tell(Beat beat, PrintWriter out) {
    switch (beat) {
      case Beat.Cut cut -> out.println("POWER CUT " + cut.point());
      case Beat.Ended(var recovery, var _) ->
          out.println("after " + recovery.boots() + " boots: " + recovery.ending());
      case Beat.Violated(Violation violation) -> out.println("VIOLATED " + violation);
      case Beat.PowerOn _, Beat.Recorded _, Beat.Epoch _ -> {}
    }
  }
}
