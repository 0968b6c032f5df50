package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.syscall.ErrnoException;
import dev.lockstep.initrd.syscall.NativeSha256;
import dev.lockstep.initrd.syscall.ProcessHardening;
import dev.lockstep.journal.cli.PlainErrors;
import dev.lockstep.statemachine.machine.Refusal;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code lockstep firstboot} and {@code lockstep doctor}. */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    versionProvider = RunnerMain.Version.class,
    subcommands = {FirstBootCommand.class, DoctorCommand.class, BootCommand.class})
public final class RunnerMain {

  private RunnerMain() {}

  public static void main(String[] arguments) throws IOException {
    harden();
    boolean _ = NativeSha256.install(); // where it can't be, Java's own is only slower
    int exitCode = Refusal.Kind.FAILED.exitCode();
    try {
      exitCode = execute(arguments);
    } catch (Throwable outOfMemoryOrWorse) {
      System.err.println("lockstep: " + outOfMemoryOrWorse + "; run the same command again.");
    }
    System.exit(exitCode);
  }

  /** What is in memory, keys among it, gets neither into a core file nor into swap. */
  private static void harden() throws ErrnoException {
    ProcessHardening.forbidCoreFiles();
    try {
      ProcessHardening.lockAllMemory();
    } catch (ErrnoException notAllowed) {
      // Status and plan work without root. A key has pages of its own, locked or not to be had.
    }
  }

  /**
   * One command within a process that goes on afterwards: nothing is hardened, nothing exits.
   *
   * @return the exit code
   */
  public static int execute(String... arguments) {
    return PlainErrors.on(new CommandLine(new RunnerMain()))
        .setExecutionExceptionHandler(Failures::report)
        .execute(arguments);
  }

  /** As the jar says; classes that are in no jar have none. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = RunnerMain.class.getPackage().getImplementationVersion();
      return new String[] {"lockstep " + (version == null ? "(not packaged)" : version)};
    }
  }
}
