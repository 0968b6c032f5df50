package dev.lockstep.simulator.cli;

import dev.lockstep.journal.cli.PlainErrors;
import dev.lockstep.journal.scan.Printable;
import dev.lockstep.simulator.demo.DemoCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of floor 4: {@code simulate …} and {@code demo}. */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    description = "Explores, fuzzes and replays power cuts on modelled hardware, and on the real.")
public final class SimulatorMain implements Runnable {

  /** An invariant was violated. */
  public static final int VIOLATED = 30;

  /** The commands of the first word; another is one more entry. */
  private static final Map<String, Object> COMMANDS =
      Map.of("simulate", new SimulateCommand(), "demo", new DemoCommand(new ModelStoryDemo()));

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
  }

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** The exit code: 0 done, 1 failed, 2 wrong usage, 30 an invariant was violated. */
  public static int run(String... arguments) {
    CommandLine line = new CommandLine(new SimulatorMain());
    COMMANDS.forEach(line::addSubcommand);
    return PlainErrors.on(line)
        .setExecutionExceptionHandler(SimulatorMain::failed)
        .execute(arguments);
  }

  private static int failed(
      Exception failure, CommandLine line, CommandLine.ParseResult arguments) {
    line.getErr().println("lockstep: " + Printable.of(PlainErrors.sentence(failure)));
    line.getErr().flush();
    return failure instanceof IllegalArgumentException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }
}
