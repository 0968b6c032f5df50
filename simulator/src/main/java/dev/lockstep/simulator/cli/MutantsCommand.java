package dev.lockstep.simulator.cli;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Exploration;
import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
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
    out.println(caught + " of " + mutants.size() + " mutants caught");
    return caught == mutants.size() ? CommandLine.ExitCode.OK : SimulatorMain.VIOLATED;
  }

  private static String line(Mutant mutant, Exploration exploration) {
    Option<Plan> plan = exploration.counterexample();
    return String.format(
        Locale.ROOT,
        "%-9s %-32s %-20s %s %6.2f s  %s",
        plan.isDefined() ? "caught" : "SURVIVED",
        mutant.name(),
        plan.map(Plan::invariant).getOrElse("-"),
        plan.map(found -> found.cuts().size() + " cuts").getOrElse("      "),
        exploration.tally().time().toMillis() / 1e3,
        mutant.mistake());
  }
}
