package dev.lockstep.installer.install;

import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.installer.filesystem.BootImage;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.installer.filesystem.RootImage;
import dev.lockstep.statemachine.boot.KernelArgument;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A small real system, installed to a real image, with a software TPM and somewhere for the key.
 */
record InstalledImage(Path folder, RootFilesystem filesystem) {

  InstalledImage(Path folder) {
    this(folder, RootFilesystem.EXT4);
  }

  static final long SIZE_BYTES = 384L << 20;
  static final String KNOWN_PLAINTEXT = "A line that must never be read off the encrypted disk.\n";

  Path source() throws IOException {
    Path source = folder.resolve("source");
    if (!Files.exists(source)) {
      byte[] random = new byte[3 << 20];
      new Random(7).nextBytes(random);
      Files.createDirectories(source.resolve("usr/lib"));
      Files.createDirectories(source.resolve("boot"));
      Files.createDirectories(source.resolve("etc"));
      Files.writeString(source.resolve("usr/lib/os-release"), "ID=tiny\nPRETTY_NAME=Tiny\n");
      Files.writeString(source.resolve("etc/known"), KNOWN_PLAINTEXT.repeat(500));
      Files.write(source.resolve("usr/random"), random);
      Files.write(source.resolve("boot/vmlinuz-1"), new byte[1 << 20]);
      Files.write(source.resolve("boot/initrd.img-1"), new byte[1 << 20]);
    }
    return source;
  }

  Path disk() {
    return folder.resolve("disk.img");
  }

  Path recoveryKey() {
    return folder.resolve("recovery-key");
  }

  Ending install(long sizeBytes, String... kernelArguments) throws IOException {
    return install(sizeBytes, Witness.none(), kernelArguments);
  }

  Ending install(
      long sizeBytes,
      Witness<InstallPhase, InstallIntent, InstallOutcome> witness,
      String... kernelArguments)
      throws IOException {
    InstallRequest request =
        new InstallRequest(
            source(),
            disk(),
            Option.some(sizeBytes),
            true,
            true,
            false,
            BootImage.Type.EXT4,
            filesystem,
            RootImage.Size.USED,
            Option.none(),
            List.of(kernelArguments).stream().map(KernelArgument::new).toList(),
            List.of());
    return new InstallSession(request, witness).run();
  }

  Ending firstBoot(Brake<Phase, Intent> brake) throws IOException {
    return firstBoot(folder.resolve("tpm"), brake);
  }

  Ending firstBoot(Path tpm, Brake<Phase, Intent> brake) throws IOException {
    return firstBoot(tpm, Option.none(), brake);
  }

  /** With another place for the recovery key. */
  Ending firstBootTo(Path otherRecoveryKey, Brake<Phase, Intent> brake) throws IOException {
    TpmDevice tpm = new TpmDevice.Software(folder.resolve("tpm"));
    return run(
        new Request(disk(), tpm, Option.some(otherRecoveryKey), Option.none(), Policy.STANDARD),
        brake,
        Witness.none());
  }

  Ending firstBootWith(BehindWindow rest, Luks.Progress progress, Brake<Phase, Intent> brake)
      throws IOException {
    Request request =
        new Request(
                disk(),
                new TpmDevice.Software(folder.resolve("tpm")),
                Option.some(recoveryKey()),
                Option.none(),
                Policy.STANDARD.with(rest))
            .withoutGrowth();
    return run(request, progress, brake, Witness.none());
  }

  Ending undo() throws IOException {
    return run(Goal.UNDO, Brake.never());
  }

  Ending run(Goal goal, Brake<Phase, Intent> brake) throws IOException {
    return firstBoot(
        new TpmDevice.Software(folder.resolve("tpm")), Option.none(), goal, brake, Witness.none());
  }

  /** The power goes. */
  static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  Ending firstBootWithoutTpm(Option<Path> keyFile, Brake<Phase, Intent> brake) throws IOException {
    return firstBoot(new TpmDevice.Absent(), keyFile, brake, Witness.none());
  }

  /** Cut once this intent is durable, and before its effect. */
  Ending firstBootCutAfter(String intent) throws IOException {
    return firstBoot(
        new TpmDevice.Software(folder.resolve("tpm")),
        Option.none(),
        Brake.never(),
        (event, _) -> {
          if (event instanceof Event.Intended<Intent, Outcome>(Intent intended, String _)
              && intended.getClass().getSimpleName().equals(intent)) {
            throw new PowerCut();
          }
        });
  }

  Ending firstBoot(Path tpm, Option<Path> keyFile, Brake<Phase, Intent> brake) throws IOException {
    return firstBoot(new TpmDevice.Software(tpm), keyFile, brake, Witness.none());
  }

  private Ending firstBoot(
      TpmDevice tpm,
      Option<Path> keyFile,
      Brake<Phase, Intent> brake,
      Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    return firstBoot(tpm, keyFile, Goal.ENCRYPT, brake, witness);
  }

  private Ending firstBoot(
      TpmDevice tpm,
      Option<Path> keyFile,
      Goal goal,
      Brake<Phase, Intent> brake,
      Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    Request request =
        new Request(disk(), tpm, Option.some(recoveryKey()), keyFile, policy(goal, keyFile))
            .withoutGrowth();
    return run(request, brake, witness);
  }

  private static Ending run(
      Request request, Brake<Phase, Intent> brake, Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    return run(request, (_, _) -> true, brake, witness);
  }

  private static Ending run(
      Request request,
      Luks.Progress progress,
      Brake<Phase, Intent> brake,
      Witness<Phase, Intent, Outcome> witness)
      throws IOException {
    Either<Refusal, FirstBootSession> opened = FirstBootSession.open(request, progress);
    if (opened.isLeft()) {
      return new Ending.Stopped(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      return session.run(brake, witness);
    }
  }

  /** As the command line makes it. */
  private static Policy policy(Goal goal, Option<Path> keyFile) {
    Policy standard = Policy.STANDARD.with(goal);
    return keyFile.isDefined() ? standard.withOperatorsKey() : standard;
  }

  /** Stops before the first step that is chosen in a phase of this name. */
  static Brake<Phase, Intent> at(String phase) {
    return state ->
        Option.when(
            state.phase().getClass().getSimpleName().equals(phase),
            () -> new Refusal(Refusal.Kind.SAFE_POINT, "TEST", "stopped by the test"));
  }
}
