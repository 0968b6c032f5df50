package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.syscall.ProcessHardening;
import dev.lockstep.journal.cli.PlainErrors;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lockstep firstboot} and {@code lockstep doctor}. */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    subcommands = {FirstBootCommand.class, DoctorCommand.class})
public final class RunnerMain {

  private RunnerMain() {}

  public static void main(String[] arguments) throws IOException {
    ProcessHardening.forbidCoreFiles(); // a core file would hold the keys
    int exitCode =
        PlainErrors.on(new CommandLine(new RunnerMain()))
            .setExecutionExceptionHandler(Failures::report)
            .execute(arguments);
    StopSignal.finished(exitCode);
    System.exit(exitCode);
  }
}
