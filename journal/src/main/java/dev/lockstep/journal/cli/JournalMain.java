package dev.lockstep.journal.cli;

import dev.lockstep.journal.event.EventText;
import dev.lockstep.journal.verify.Failures;
import dev.lockstep.journal.verify.RecordText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The auditor's commands. They take no lock and write nothing, and work on a journal copied off a
 * dead disk.
 */
@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    description = "Shows, verifies and exports a journal.",
    subcommands = {ShowCommand.class, VerifyCommand.class, ExportCommand.class})
public final class JournalMain implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    CommandLine commandLine = commandLine(new EventText()).setOut(out);
    int exitCode = commandLine.execute(arguments);
    out.flush();
    System.exit(exitCode);
  }

  /**
   * The command, for a program that has it among others.
   *
   * @param text how one record is told; who knows the machine's events plugs in better words
   */
  public static CommandLine commandLine(RecordText text) {
    return PlainErrors.on(new CommandLine(new JournalMain(), new Factory(text)))
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println(Failures.sentence(failure));
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: show, verify or export");
  }

  /** Makes the commands, with the words they tell records in. */
  private record Factory(RecordText text) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == ShowCommand.class) {
        return type.cast(new ShowCommand(text));
      }
      if (type == ExportCommand.class) {
        return type.cast(new ExportCommand(text));
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
