package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.handover.RecoveryKeyHandover;
import dev.lockstep.initrd.policy.CommandLineLayer;
import dev.lockstep.initrd.policy.KeyPolicy;
import dev.lockstep.initrd.policy.PolicyFault;
import dev.lockstep.initrd.policy.PolicyLayer;
import dev.lockstep.initrd.policy.PolicySources;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.OperatorKeys;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine;

/** What every first-boot command needs to know. */
final class DiskOptions {

  @CommandLine.Option(
      names = "--disk",
      required = true,
      paramLabel = "DISK",
      description = "A disk or an image file, as `lockstep install` made it.")
  Path disk;

  @CommandLine.Option(
      names = "--tpm2-device",
      defaultValue = "auto",
      paramLabel = "auto|none|DEV|swtpm:DIR",
      description = "The TPM; swtpm:DIR starts a software TPM on that folder. Default: auto.")
  String tpm;

  @CommandLine.Option(
      names = "--recovery-key-out",
      paramLabel = "FILE",
      description = "Where the recovery key is written, on a medium of yours.")
  Path recoveryKeyOut;

  @CommandLine.Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "A key of any slot, to go on with when the TPM refuses the conversion key, and to enrol"
              + " the present TPM where a finished volume's own is gone for good.")
  Path keyFile;

  @CommandLine.Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Adds a slot for the password in this file, without a newline at its end.")
  private Path passwordFile;

  @CommandLine.Option(
      names = "--tpm2-pin-file",
      paramLabel = "FILE",
      description = "Has the TPM ask for the PIN in this file, without a newline at its end.")
  private Path pinFile;

  @CommandLine.Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "Which keys are wanted, in TOML; docs/OPERATORS_GUIDE.md has an example.")
  private Path policyFile;

  @CommandLine.Option(
      names = "--max-boots",
      paramLabel = "N",
      description = "Stop after so many runs without progress. Default: 32.")
  private Integer maxBoots;

  @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
  private CommandLine.Model.CommandSpec command;

  /** Of the last request: the kernel argument in the boot entry is known by then. */
  private KeyPolicy policy;

  private Option<PolicyFault> triggerFault = Option.none();

  Either<Refusal, Request> request(Goal goal) {
    Option<Path> credentials = Option.of(System.getenv("CREDENTIALS_DIRECTORY")).map(Path::of);
    PolicyLayer settings = settings(credentials);
    policy = KeyPolicy.of(settings, credentials).getOrElseThrow(this::wrongUsage);
    Either<String, TpmDevice> device = TpmDevice.parse(tpm);
    if (device.isLeft()) {
      return Either.left(Refusal.preflight("BAD_TPM", device.getLeft()));
    }
    if (keyFile != null && !Files.isReadable(keyFile)) {
      return Either.left(
          Refusal.preflight(
              "NO_KEY_FILE", "The key file " + keyFile + " can't be read; check the path."));
    }
    Request.Completion completion =
        trigger -> {
          Either<PolicyFault, KeyPolicy> whole =
              KeyPolicy.of(PolicySources.withTrigger(settings, trigger, credentials), credentials);
          whole.forEach(known -> policy = known);
          // It keeps nobody from going on with what was begun, see keysObjection.
          triggerFault = whole.swap().toOption();
          return request(goal, device.get(), Option.none());
        };
    return Either.right(request(goal, device.get(), Option.some(completion)));
  }

  private Request request(Goal goal, TpmDevice device, Option<Request.Completion> completion) {
    return new Request(
            disk,
            device,
            policy.handover(),
            Option.of(keyFile),
            new OperatorKeys(
                policy.passwordFile(),
                policy.keyFile(),
                policy.pinFile(),
                policy.asksPassword(),
                policy.tokens()),
            new Policy(
                    Policy.STANDARD.shiftBytes(),
                    Policy.STANDARD.bootRoomBytes(),
                    policy.maxBoots(),
                    goal,
                    policy.choice(),
                    keyFile != null)
                .with(policy.rest()),
            completion)
        .withVolumes(policy.volumes());
  }

  /** What all sources but the boot entry say; what can't be followed is wrong usage. */
  private PolicyLayer settings(Option<Path> credentials) {
    return PolicySources.read(
            new CommandLineLayer(
                Option.of(recoveryKeyOut),
                Option.of(passwordFile),
                Option.of(pinFile),
                Option.of(maxBoots)),
            Option.of(policyFile),
            credentials)
        .getOrElseThrow(this::wrongUsage);
  }

  private CommandLine.ParameterException wrongUsage(PolicyFault fault) {
    return new CommandLine.ParameterException(command.commandLine(), fault.sentence());
  }

  /** Why the keys can't be had or can't go where they should, before anything is written. */
  Option<Refusal> keysObjection(RecoveryKeyHandover handover) throws IOException {
    if (triggerFault.isDefined()) {
      return Option.some(Refusal.preflight("BAD_TRIGGER", triggerFault.get().sentence()));
    }
    Option<String> objection = handover.objection();
    if (objection.isDefined()) {
      return objection(objection.get());
    }
    Option<Path> missing =
        Option.ofOptional(
            Stream.of(
                    policy.passwordFile(),
                    policy.keyFile(),
                    policy.pinFile(),
                    policy.tokens().cardPin())
                .flatMap(Option::toJavaStream)
                .filter(source -> !Files.isRegularFile(source))
                .findFirst());
    return missing
        .map(source -> "There is no file " + source + ", which a key slot is to be made of.")
        .orElse(() -> policy.tokens().objection())
        .flatMap(DiskOptions::objection);
  }

  private static Option<Refusal> objection(String sentence) {
    return Option.some(Refusal.preflight("NO_HANDOVER", sentence));
  }
}
