package dev.lockstep.initrd.cli;

import picocli.CommandLine.Command;

/** The encryption of a disk on its first boot. */
@Command(
    name = "firstboot",
    description = "Encrypts an installed disk in place, or tells how far that is.",
    mixinStandardHelpOptions = true,
    subcommands = {RunCommand.class, PlanCommand.class, StatusCommand.class, UndoCommand.class})
final class FirstBootCommand {

  private FirstBootCommand() {}
}
