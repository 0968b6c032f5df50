package dev.lockstep.initrd.boot;

import dev.lockstep.initrd.policy.BootWishes;
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
import java.time.Duration;
import java.util.UUID;

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
    Either<String, UUID> wanted = commandLine().flatMap(BootDisk::rootPartition);
    if (wanted.isLeft()) {
      say(wanted.getLeft() + " Nothing was written.");
      return GO_ON; // what of a disk is not plain can't be mounted as if it were
    }
    Either<String, BootDisk> found = disk(wanted.get());
    if (found.isLeft()) {
      say(found.getLeft() + " Nothing was written.");
      return stop(GO_ON); // it may come when nobody waits for us any more
    }
    Option<Path> twin = TwinDisk.OF_MACHINE.of(found.get());
    if (twin.isDefined()) {
      say(
          "%s and %s both have the partition %s that root= names: one is a copy of the other, and nothing tells which one is meant. Nothing was written: disconnect one of them."
              .formatted(found.get().disk(), twin.get(), wanted.get()));
      return Refusal.Kind.NEEDS_PERSON.exitCode();
    }
    Path disk = found.get().disk();
    Option<Path> hibernated = Hibernation.OF_MACHINE.found();
    if (hibernated.isDefined()) {
      say(
          "a hibernated system is on %s, and what it had mounted must not change meanwhile; nothing was written."
              .formatted(hibernated.get()));
      return Hibernation.isEncrypted(found.get().root()) ? stop(GO_ON) : inTheClear(found.get());
    }
    if (isSkipped(found.get())) {
      say("skipped; the boot goes on in the clear, and the next one encrypts the disk.");
      return inTheClear(found.get());
    }
    if (!LateTpm.OF_MACHINE.await()) {
      say("the firmware has a TPM that the kernel does not show; is its driver in the initrd?");
    }
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

  private static Either<String, BootDisk> disk(UUID partition) {
    try {
      return BootDisk.await(partition);
    } catch (IOException failed) {
      return Either.left("The disk can't be found: " + failed.getMessage() + ".");
    }
  }

  /**
   * Offered only while the disk is plain and nothing of it may be torn: what is half done waits for
   * nobody.
   */
  private boolean isSkipped(BootDisk disk) throws IOException {
    Duration patience = BootWishes.skipKeyWithin(POLICY);
    if (patience.isZero() || !SkipKey.OF_MACHINE.isThere() || !mayBePutOff(disk)) {
      return false;
    }
    say(
        "this disk is about to be encrypted; press ESC within %d seconds to put that off to the next boot."
            .formatted(patience.toSeconds()));
    return SkipKey.OF_MACHINE.isPressedWithin(patience);
  }

  private static boolean mayBePutOff(BootDisk disk) throws IOException {
    Either<Refusal, FirstBootSession> opened = FirstBootSession.look(looking(disk));
    if (opened.isLeft()) {
      return false; // the run says why
    }
    try (FirstBootSession session = opened.get()) {
      return session.mayBePutOff();
    }
  }

  private int goOn(BootDisk disk, int code) throws IOException {
    Option<Opener> opener;
    Onward onward;
    Either<Refusal, FirstBootSession> opened = FirstBootSession.look(looking(disk));
    if (opened.isLeft()) {
      say(opened.getLeft().sentence());
      return Onward.unseen(opened.getLeft().kind()) == Onward.STOP ? stop(code) : inTheClear(disk);
    }
    try (FirstBootSession session = opened.get()) {
      opener = session.rootOpener();
      onward = Onward.after(code, opener.isDefined(), session.mayBootInTheClear());
      keepJournal(session.journalFolder());
    }
    return switch (onward) {
      case ENCRYPTED -> {
        new OpenedRoot().open(disk, opener.get());
        say("the boot goes on with the encrypted root.");
        yield GO_ON;
      }
      case IN_THE_CLEAR -> {
        say("the boot goes on in the clear; encryption is tried again at the next one.");
        yield inTheClear(disk);
      }
      case STOP -> stop(code);
    };
  }

  /** Whatever stands in the way of waiting, the root is plain: whoever mounts it will see. */
  private int inTheClear(BootDisk disk) {
    try {
      if (!PlainRoot.await(disk)) {
        say("udev or systemd does not show the root partition; the boot goes on all the same.");
      }
    } catch (IOException noTool) {
      say("nobody waits for the root partition: %s.".formatted(noTool.getMessage()));
    }
    return GO_ON;
  }

  /** Nothing rests on it. */
  private void keepJournal(Path journal) {
    try {
      JournalCopy.keep(journal, RUN.resolve("journal"));
    } catch (IOException failed) {
      say("the journal was not handed over to the running system: " + failed.getMessage());
    }
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
