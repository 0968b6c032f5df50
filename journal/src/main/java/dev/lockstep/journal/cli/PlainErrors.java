package dev.lockstep.journal.cli;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** Errors of every command line here: one sentence, an exit code, never a stack trace. */
public final class PlainErrors {

  private PlainErrors() {}

  /** For a command line and all its subcommands. */
  public static CommandLine on(CommandLine commandLine) {
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (failure, _) -> {
              CommandLine command = failure.getCommandLine();
              command
                  .getErr()
                  .printf(
                      "lockstep: %s; see `%s --help`.%n",
                      stripped(failure.getMessage()), command.getCommandSpec().qualifiedName());
              command.getErr().flush();
              return ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              command.getErr().println("lockstep: " + sentence(failure));
              command.getErr().flush();
              return ExitCode.SOFTWARE;
            });
  }

  /** What the failure says of itself. */
  public static String sentence(Exception failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  private static String stripped(String message) {
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
