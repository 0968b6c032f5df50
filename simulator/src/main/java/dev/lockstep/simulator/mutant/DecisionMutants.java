package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Decision.Adopt;
import dev.lockstep.statemachine.machine.Decision.Perform;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/** Mistakes in what is decided. */
final class DecisionMutants {

  private DecisionMutants() {}

  static List<Mutant> all() {
    return List.of(
        finaliserMissing(),
        initialisedAgain(),
        tornHeaderTrusted(),
        recoveryKeyForgotten(),
        finishedTakenForFinal());
  }

  private static Mutant changing(String name, String mistake, ChangedDecision.Change change) {
    return Mutant.deciding(name, mistake, machine -> new ChangedDecision(machine, change));
  }

  /** What is finished and not finalised is resumed, which encrypts it a second time. */
  private static Mutant finaliserMissing() {
    ChangedDecision.Change resume =
        (decided, _, seen) ->
            decided instanceof Adopt<Intent, Outcome>(Outcome.Converted _, String _)
                    && seen.volume() instanceof VolumeState.ConvertedNotFinalised
                ? new Perform<>(new Intent.Convert(0), Case.CONVERSION_INTERRUPTED.name())
                : decided;
    return new Mutant(
        "finaliser-missing",
        "a conversion that is finished but not finalised is resumed",
        "first-boot",
        machine -> new ChangedDecision(machine, resume),
        ports ->
            new Mutant.Wiring(
                ports,
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> convert(Job job, byte[] sealedKey)
                      throws IOException, KeyRefused {
                    Option<byte[]> blob = ports.boot().read(PreparedFile.SEALED_KEY.path());
                    ports.keys().unseal(blob.getOrElse(new byte[0]));
                    ports.luks().repair();
                    if (!(ports.luks().look() instanceof VolumeState.Encrypted)) {
                      ports.luks().resume(ports.progress());
                    }
                    return super.convert(job, sealedKey);
                  }
                }));
  }

  private static Mutant initialisedAgain() {
    return changing(
        "initialised-again",
        "a torn header is initialised again instead of placed again",
        (decided, _, _) ->
            because(decided, Case.HEADER_TORN)
                ? new Perform<>(new Intent.InitialiseHeader(), Case.HEADER_TORN.name())
                : decided);
  }

  private static Mutant tornHeaderTrusted() {
    return changing(
        "torn-header-trusted",
        "a header that looks like LUKS2 counts as placed, without its digest",
        (decided, _, seen) ->
            because(decided, Case.HEADER_TORN) && seen.volume() instanceof VolumeState.Converting
                ? new Adopt<>(new Outcome.HeaderPlaced(), Case.HEADER_FOUND_PLACED.name())
                : decided);
  }

  private static Mutant recoveryKeyForgotten() {
    return changing(
        "recovery-key-forgotten",
        "a recovery key that went with memory counts as handed over",
        (decided, _, _) ->
            because(decided, Case.RECOVERY_KEY_FORGOTTEN)
                ? new Adopt<>(
                    new Outcome.RecoveryKeyHandedOver("before the cut, surely"),
                    Case.RECOVERY_KEY_FORGOTTEN.name())
                : decided);
  }

  private static Mutant finishedTakenForFinal() {
    return changing(
        "finished-taken-for-final",
        "a conversion whose data is finished counts as finalised",
        (decided, _, _) ->
            because(decided, Case.FINISHED_NOT_FINALISED)
                ? new Adopt<>(new Outcome.Finalised(false), Case.FOUND_FINALISED.name())
                : decided);
  }

  static boolean because(Decision<Intent, Outcome> decided, Case reason) {
    return decided instanceof Perform<Intent, Outcome>(Intent _, String because)
        && because.equals(reason.name());
  }
}
