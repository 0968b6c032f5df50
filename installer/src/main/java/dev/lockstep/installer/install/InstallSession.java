package dev.lockstep.installer.install;

import dev.lockstep.initrd.runner.JournalEvents;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.source.SourceTree;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.statemachine.install.Install;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Loop;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;

/**
 * One install, from request to bootable disk. Its journal grows in a folder beside the image until
 * the last step takes it along onto the boot partition.
 */
public final class InstallSession {

  private static final String VERSION = "0.1.0";

  private final InstallRequest request;
  private final Witness<InstallPhase, InstallIntent, InstallOutcome> witness;

  public InstallSession(
      InstallRequest request, Witness<InstallPhase, InstallIntent, InstallOutcome> witness) {
    this.request = request;
    this.witness = witness;
  }

  /** Runs, or goes on where a run of the same request was cut. */
  public Ending run() throws IOException {
    Either<String, SourceTree> source = SourceTree.open(request.source());
    if (source.isLeft()) {
      return refuse("BAD_SOURCE", source.getLeft() + ".");
    }
    Either<Refusal, InstallPlan> fits = plan(source.get());
    if (fits.isLeft()) {
      return new Ending.Stopped(fits.getLeft()); // before an image file is made
    }
    WorkFolder work = WorkFolder.beside(request.disk());
    Option<Refusal> objection = Target.prepare(request, work);
    if (objection.isDefined()) {
      return new Ending.Stopped(objection.get());
    }
    try (Medium medium = Medium.open(request.disk())) {
      Ending ending = run(source.get(), medium, fits.get(), work);
      if (ending instanceof Ending.Finished) {
        work.delete();
      }
      return ending;
    }
  }

  private Ending run(SourceTree source, Medium medium, InstallPlan asked, WorkFolder work)
      throws IOException {
    UUID bootId = UUID.randomUUID();
    Files.createDirectories(work.folder());
    try (JournalEvents<InstallIntent, InstallOutcome> journal =
        new JournalEvents<>(
            work.journal().toString(),
            work.journal(),
            work.scratch(),
            bootId,
            new EventCodec<>(Family.INSTALL),
            new Install(),
            () -> {})) {
      Loop<InstallPhase, InstallIntent, InstallOutcome, InstallPlan> loop =
          new Loop<>(
              new Install(),
              new InstallWorld(request, source, medium, asked, work),
              journal,
              Brake.<InstallPhase, InstallIntent>never(),
              witness,
              new Event.BootStarted<>(bootId, VERSION));
      return loop.run();
    }
  }

  /** What a run would do, by the same decider; writes nothing. */
  public Either<Refusal, InstallPlan> dryRun() throws IOException {
    Either<String, SourceTree> source = SourceTree.open(request.source());
    if (source.isLeft()) {
      return Either.left(Refusal.preflight("BAD_SOURCE", source.getLeft() + "."));
    }
    return plan(source.get());
  }

  private Either<Refusal, InstallPlan> plan(SourceTree source) throws IOException {
    Option<Long> diskBytes = Target.sizeBytes(request);
    if (diskBytes.isEmpty()) {
      return Either.left(Target.absent(request.disk()));
    }
    return Planning.plan(request, source, diskBytes.get())
        .mapLeft(sentence -> Refusal.preflight("DOES_NOT_FIT", sentence + "."));
  }

  private static Ending refuse(String code, String sentence) {
    return new Ending.Stopped(Refusal.preflight(code, sentence));
  }
}
