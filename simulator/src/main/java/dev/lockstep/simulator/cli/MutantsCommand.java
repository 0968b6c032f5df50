package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Exploration;
import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Tally;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.install.InstallExplorer;
import dev.lockstep.simulator.install.InstallMistake;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import io.vavr.control.Option;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code simulate mutants}. */
@Command(
    name = "mutants",
    mixinStandardHelpOptions = true,
    description = "Every deliberate mistake, and which invariant catches it. Each must be caught.")
final class MutantsCommand implements Callable<Integer> {

  /** Each is caught with fewer; this bounds what one that is not caught costs. */
  private static final int MOST_CUTS = 2;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Mutant> mutants = Mutants.all();
    int caught = 0;
    for (Mutant mutant : mutants) {
      Simulation simulation = Simulation.of(Scenario.named(mutant.scenario()), mutant);
      Exploration exploration = new Explorer(simulation, Bounds.cuts(MOST_CUTS)).explore();
      out.println(line(mutant, exploration));
      out.flush();
      caught += exploration.counterexample().isDefined() ? 1 : 0;
    }
    for (InstallMistake mistake : InstallMistake.mutants()) {
      InstallExplorer.Result result = new InstallExplorer(mistake).explore();
      out.println(line(mistake, result));
      out.flush();
      caught += result.violation().isDefined() ? 1 : 0;
    }
    int all = mutants.size() + InstallMistake.mutants().size();
    out.println(caught + " of " + all + " mutants caught");
    return caught == all ? CommandLine.ExitCode.OK : SimulatorMain.VIOLATED;
  }

  private static String line(Mutant mutant, Exploration exploration) {
    Option<Plan> plan = exploration.counterexample();
    return line(
        mutant.name(),
        mutant.mistake(),
        plan.map(Plan::invariant),
        plan.map(found -> found.cuts().size()),
        exploration.tally());
  }

  private static String line(InstallMistake mistake, InstallExplorer.Result result) {
    return line(
        mistake.title(),
        mistake.mistake(),
        result.violation().map(Violation::invariant),
        result.violation().map(_ -> result.tally().mostCuts()),
        result.tally());
  }

  private static String line(
      String name, String mistake, Option<String> invariant, Option<Integer> cuts, Tally tally) {
    return String.format(
        Locale.ROOT,
        "%-9s %-32s %-20s %s %6.2f s  %s",
        invariant.isDefined() ? "caught" : "SURVIVED",
        name,
        invariant.getOrElse("-"),
        cuts.map(number -> number + " cuts").getOrElse("      "),
        tally.time().toMillis() / 1e3,
        mistake);
  }
}
