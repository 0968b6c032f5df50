package dev.lockstep.simulator.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Groups the simulator's commands. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description =
        "Cuts the power of a modelled machine, or of the real tools, and judges what is left.",
    subcommands = {
      ExploreCommand.class,
      FuzzCommand.class,
      ReplayCommand.class,
      MergeCommand.class,
      MutantsCommand.class,
      NaiveCommand.class,
      RealCommand.class,
      FidelityCommand.class,
      BootCommand.class
    })
final class SimulateCommand implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "Which one: explore, merge, fuzz, replay, mutants, naive, real, fidelity or boot?");
  }
}
