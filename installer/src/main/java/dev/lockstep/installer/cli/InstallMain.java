package dev.lockstep.installer.cli;

import dev.lockstep.journal.cli.PlainErrors;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lockstep install}. */
@Command(
    name = "install",
    description = "Installs an operating system in the clear, ready to be encrypted in place.",
    mixinStandardHelpOptions = true,
    subcommands = ToDiskCommand.class)
public final class InstallMain {

  private InstallMain() {}

  public static void main(String[] arguments) {
    System.exit(PlainErrors.on(new CommandLine(new InstallMain())).execute(arguments));
  }
}
