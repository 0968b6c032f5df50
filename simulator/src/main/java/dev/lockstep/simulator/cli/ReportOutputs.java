package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.report.Beat;
import dev.lockstep.simulator.report.ExplorationLine;
import dev.lockstep.simulator.report.ExplorationPage;
import dev.lockstep.simulator.report.ExplorationReport;
import dev.lockstep.simulator.report.ExplorationText;
import dev.lockstep.simulator.report.JunitXml;
import dev.lockstep.simulator.report.PlanStory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where what an exploration found goes. */
final class ReportOutputs {

  @Option(names = "--plan", description = "Where a counterexample is written, as JSON.")
  private Path plan;

  @Option(names = "--junit", description = "Where the result is written, as JUnit XML.")
  private Path junit;

  @Option(names = "--report", description = "Where the result is written, as one HTML page.")
  private Path page;

  @Option(names = "--json", description = "The result as one JSON object.")
  private boolean json;

  /** Whether anything is to be written besides what is printed. */
  boolean wantFiles() {
    return plan != null || junit != null || page != null;
  }

  /** Whether there is to be a file that has room for one exploration only. */
  boolean wantOneExploration() {
    return plan != null || page != null;
  }

  /** One of several, as soon as it is done. */
  void writeLine(CommandLine line, ExplorationReport report) {
    PrintWriter out = line.getOut();
    if (json) {
      out.println(report.json());
    } else {
      ExplorationLine.of(report).forEach(out::println);
    }
    out.flush();
  }

  /** Behind the last of several. */
  void writeSum(CommandLine line, String suite, List<ExplorationReport> reports, long violated)
      throws IOException {
    if (!json) {
      line.getOut().println(ExplorationLine.sum(reports, violated));
      line.getOut().flush();
    }
    if (junit != null) {
      Files.writeString(junit, JunitXml.of(suite, reports));
    }
  }

  /** The exit code: 0, or 30 where an invariant was violated. */
  int write(CommandLine line, String suite, ExplorationReport report) throws IOException {
    PrintWriter out = line.getOut();
    if (json) {
      out.println(report.json());
    } else {
      ExplorationText.of(report).forEach(out::println);
    }
    out.flush();
    if (junit != null) {
      Files.writeString(junit, JunitXml.of(suite, report));
    }
    if (page != null) {
      List<Beat> beats = report.isViolated() ? PlanStory.of(report.counterexample()) : List.of();
      Files.writeString(page, ExplorationPage.html(report, beats));
    }
    if (!report.isViolated()) {
      return CommandLine.ExitCode.OK;
    }
    if (plan != null) {
      report.counterexample().write(plan);
      line.getErr().println("The plan is in " + plan + ": simulate replay " + plan);
    }
    return SimulatorMain.VIOLATED;
  }
}
