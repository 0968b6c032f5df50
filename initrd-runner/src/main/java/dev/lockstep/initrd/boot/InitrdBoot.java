package dev.lockstep.initrd.boot;

import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.statemachine.boot.KernelCommandLine;
import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One boot of a machine that is asked to encrypt itself: the first boot's run, and then how the
 * boot goes on. It goes on with the opened volume where all is done, and in the clear where nothing
 * of the disk is touched or torn; in between it stops, since nobody else may mount what is there.
 *
 * <p>A cut anywhere in here is a cut of the run, or comes after it: then the next boot finds the
 * work done and only goes on.
 */
public final class InitrdBoot {

  /** What the initrd carries of the installed system's own policy. */
  static final Path POLICY = Path.of("/etc/lockstep/policy.toml");

  /** On a tmpfs that the real root takes over. */
  private static final Path RUN = Path.of("/run/lockstep");

  private static final int GO_ON = 0;

  /** The run of {@code lockstep firstboot run} with these arguments, in this process. */
  @FunctionalInterface
  public interface Run {
    /** The exit code. */
    int with(String... arguments);
  }

  private final Run run;
  private final PrintStream out;

  /**
   * A boot.
   *
   * @param out the console and the log
   */
  public InitrdBoot(Run run, PrintStream out) {
    this.run = run;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @return 0 where the boot shall go on; anything else stops it
   */
  public int call() throws IOException {
    Either<String, BootDisk> found = commandLine().flatMap(InitrdBoot::disk);
    if (found.isLeft()) {
      say(found.getLeft() + " Nothing was written.");
      return GO_ON; // what else is wrong with the disk, its mount will tell
    }
    Path disk = found.get().disk();
    int code =
        Files.exists(POLICY)
            ? run.with("--disk", disk.toString(), "--policy", POLICY.toString())
            : run.with("--disk", disk.toString());
    return goOn(found.get(), code);
  }

  private static Either<String, KernelCommandLine> commandLine() {
    try {
      return KernelCommandLine.parse(Files.readString(Path.of("/proc/cmdline")).strip())
          .mapLeft(fault -> "The kernel command line can't be understood: " + fault + ".");
    } catch (IOException unreadable) {
      return Either.left("The kernel command line can't be read: " + unreadable.getMessage() + ".");
    }
  }

  private static Either<String, BootDisk> disk(KernelCommandLine line) {
    try {
      return BootDisk.await(line);
    } catch (IOException failed) {
      return Either.left("The disk can't be found: " + failed.getMessage() + ".");
    }
  }

  private int goOn(BootDisk disk, int code) throws IOException {
    Option<Opener> opener;
    boolean plain;
    Either<Refusal, FirstBootSession> opened =
        FirstBootSession.open(looking(disk), (_, _) -> true); // converts nothing
    if (opened.isLeft()) {
      say(opened.getLeft().sentence());
      return stop(code);
    }
    try (FirstBootSession session = opened.get()) {
      opener = code == GO_ON ? session.rootOpener() : Option.none();
      plain = opener.isEmpty() && session.mayBootInTheClear();
      JournalCopy.keep(session.journalFolder(), RUN.resolve("journal"));
    }
    if (opener.isDefined()) {
      new OpenedRoot().open(disk.root(), opener.get());
      say("the boot goes on with the encrypted root.");
      return GO_ON;
    }
    if (plain) {
      say("the boot goes on in the clear; encryption is tried again at the next one.");
      return GO_ON;
    }
    return stop(code);
  }

  /** Looks only: no TPM, no key, no policy of the operator's. */
  private static Request looking(BootDisk disk) {
    return new Request(
        disk.disk(), new TpmDevice.Absent(), Option.none(), Option.none(), Policy.STANDARD);
  }

  private static int stop(int code) {
    return code == GO_ON ? Refusal.Kind.FAILED.exitCode() : code;
  }

  private void say(String sentence) {
    out.println("lockstep: " + sentence);
    out.flush();
  }
}
