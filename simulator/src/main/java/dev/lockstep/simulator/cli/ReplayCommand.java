package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.explore.ModelStory;
import dev.lockstep.simulator.explore.ModelStory.Chapter;
import dev.lockstep.simulator.explore.Plan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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

  @Option(names = "--verbose", description = "With every record of the journal.")
  private boolean verbose;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ModelStory story = ModelStory.of(Plan.read(plan));
    PrintWriter out = spec.commandLine().getOut();
    for (Chapter chapter : story.chapters()) {
      switch (chapter) {
        case Chapter.Cut(var point) -> out.println("POWER CUT " + point);
        case Chapter.Recorded(var event, var _) when verbose -> out.println("  " + event);
        case Chapter.Recorded _ -> {}
      }
    }
    story.end().forEach(end -> out.println("after " + end.boots() + " boots: " + end.ending()));
    if (story.violation().isEmpty()) {
      out.println("every invariant holds");
      return CommandLine.ExitCode.OK;
    }
    out.println("VIOLATED " + story.violation().get());
    return SimulatorMain.VIOLATED;
  }
}
