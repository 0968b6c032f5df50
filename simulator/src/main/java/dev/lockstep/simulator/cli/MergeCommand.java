package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.real.Shard;
import dev.lockstep.simulator.report.ExplorationReport;
import dev.lockstep.simulator.report.Merge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code simulate merge}. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    description =
        "Puts the reports of `explore --shard I/N --json` together, and says whether they cover"
            + " everything. Exit code 1: a shard is missing.")
final class MergeCommand implements Callable<Integer> {

  private static final int MOST_TOLD = 10;

  @Parameters(arity = "1..*", paramLabel = "REPORT.json", description = "One of each shard.")
  private List<Path> files;

  @Mixin private ReportOutputs outputs;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<ExplorationReport> reports = new ArrayList<>();
    for (Path file : files) {
      reports.add(ExplorationReport.read(file));
    }
    Merge merge = Merge.of(reports);
    int code =
        outputs.write(
            spec.commandLine(), "simulate explore " + merge.whole().scenario(), merge.whole());
    if (merge.isComplete()) {
      return code;
    }
    List<String> missing = merge.missing().stream().limit(MOST_TOLD).map(Shard::toString).toList();
    spec.commandLine()
        .getErr()
        .println(
            "lockstep: these reports do not cover everything: of "
                + (merge.missing().size() + reports.size())
                + " shards "
                + merge.missing().size()
                + " are missing ("
                + String.join(", ", missing)
                + (merge.missing().size() > MOST_TOLD ? ", …" : "")
                + "); explore those and merge again.");
    return code == CommandLine.ExitCode.OK ? CommandLine.ExitCode.SOFTWARE : code;
  }
}
