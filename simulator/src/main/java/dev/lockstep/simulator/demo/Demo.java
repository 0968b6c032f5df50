package dev.lockstep.simulator.demo;

import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.installer.install.InstallRequest;
import dev.lockstep.installer.install.InstallSession;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The whole story, from an empty folder to a report. */
final class Demo {

  private static final long MIB = 1 << 20;

  /** ESP, boot partition and reserve on a small disk, and the smallest tree worth it. */
  static final long SMALLEST_DISK_BYTES = 256 * MIB;

  private static final long BESIDE_CONTENT_BYTES = 240 * MIB;

  /**
   * What was asked for.
   *
   * @param launcher the program that a user would call
   */
  record Request(
      DemoFolder folder,
      long diskBytes,
      RootFilesystem filesystem,
      int cuts,
      long seed,
      Path launcher) {}

  private final Request request;
  private final DemoFolder folder;
  private final DemoNarrator narrator;
  private final Check.Log checks;
  private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final long begunNanos = System.nanoTime();
  private Optional<Reboots> reboots = Optional.empty();
  private Optional<SourceMaker.Made> made = Optional.empty();
  private Optional<PlainSnapshot> snapshot = Optional.empty();
  private Optional<Verification.Proof> proof = Optional.empty();

  Demo(Request request, DemoNarrator narrator) {
    this.request = request;
    this.folder = request.folder();
    this.narrator = narrator;
    this.checks = new Check.Log(narrator::checked);
  }

  /** How much content a disk of this size gets. */
  static long contentBytes(long diskBytes) {
    return Math.min(diskBytes / 6, (diskBytes - BESIDE_CONTENT_BYTES) * 4 / 5);
  }

  /** Tells the story and leaves the report, also of a failure. */
  DemoResult run() throws IOException {
    Files.createDirectories(folder.work());
    Optional<DemoFailed> failure = Optional.empty();
    Environment environment = Environment.look();
    try {
      story();
    } catch (DemoFailed failed) {
      failure = Optional.of(failed);
    } catch (IOException failed) {
      failure = Optional.of(new DemoFailed(1, "It could not go on: " + failed.getMessage()));
    } finally {
      folder.clearWork();
    }
    DemoResult result =
        new DemoResult(
            new DemoResult.Conditions(
                begun,
                request.diskBytes(),
                request.seed(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos),
                made.map(SourceMaker.Made::kernel).orElse("none"),
                environment),
            reboots.map(Reboots::runs).orElse(List.of()),
            snapshot.map(PlainSnapshot::bytes).orElse(0L),
            checks.results(),
            proof,
            failure);
    Files.writeString(folder.report(), DemoReport.html(result));
    return result;
  }

  private void story() throws IOException, DemoFailed {
    narrator.chapter("1  A small system to install");
    made =
        Optional.of(
            SourceMaker.make(folder.source(), request.seed(), contentBytes(request.diskBytes())));
    narrator.say("%d MiB in %s".formatted(made.get().bytes() / MIB, folder.source()));
    narrator.say("kernel and initrd: " + made.get().kernel());
    narrator.chapter("2  Installed, in the clear");
    install();
    narrator.chapter("3  The first boot, with " + DemoResult.powerCuts(request.cuts()));
    CutPlan plan = CutPlan.draw(request.cuts(), request.seed());
    Reboots runs = new Reboots(command(), folder.work().resolve("complaints"), narrator);
    reboots = Optional.of(runs);
    runs.toSnapshot(plan);
    snapshot = Optional.of(PlainSnapshot.take(folder.disk()));
    narrator.say(
        "%d bytes of plain filesystem noted, to compare with".formatted(snapshot.get().bytes()));
    runs.toEnd(plan);
    narrator.chapter("4  Verified");
    proof = Optional.of(new Verification(folder, snapshot.get(), checks).run());
  }

  private List<String> command() {
    return List.of(
        request.launcher().toString(),
        "firstboot",
        "run",
        "--disk",
        folder.disk().toString(),
        "--tpm2-device",
        "swtpm:" + folder.tpm(),
        "--recovery-key-out",
        folder.recoveryKey().toString(),
        "--growth", // grown, the filesystem would differ from what was noted, byte for byte
        "at-boot",
        "--json");
  }

  private void install() throws IOException, DemoFailed {
    InstallRequest install =
        new InstallRequest(
            folder.source(),
            folder.disk(),
            Option.some(request.diskBytes()),
            false,
            true,
            false,
            BootImage.Type.EXT4,
            request.filesystem(),
            RootImage.Size.USED,
            Option.none(),
            List.of(),
            List.of());
    Ending ending = new InstallSession(install, (event, _) -> tell(event)).run();
    switch (ending) {
      case Ending.Finished() -> {}
      case Ending.Stopped(var refusal) ->
          throw new DemoFailed(refusal.kind().exitCode(), refusal.sentence());
    }
  }

  private void tell(Event<InstallIntent, InstallOutcome> event) {
    switch (event) {
      case Event.Completed<InstallIntent, InstallOutcome>(InstallOutcome outcome) ->
          narrator.say("✓ " + Sentences.of(outcome));
      case Event.Adopted<InstallIntent, InstallOutcome>(InstallOutcome outcome, String _) ->
          narrator.say("✓ " + Sentences.of(outcome));
      case Event.Intended<InstallIntent, InstallOutcome> _,
          Event.BootStarted<InstallIntent, InstallOutcome> _,
          Event.Stopped<InstallIntent, InstallOutcome> _ -> {}
    }
  }
}
