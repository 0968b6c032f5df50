package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.luks.VolumeState;
import io.vavr.control.Option;

/**
 * Whenever content can be had with a key only, there are two that no cut can take: one that goes on
 * unattended, and the recovery key in the operator's hands. Where the job is done without a TPM the
 * operator's is the one, and goes on after a cut too. Another tool's volume has its own key, which
 * stays.
 */
public record DurableKeyExists() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    Medium medium = evidence.medium();
    boolean needed =
        evidence.history().state().phase() instanceof Phase.UnderLuks
            || !medium.contentIsWholeInTheClear();
    if (!needed || medium.foreignKeyOpens()) {
      return Option.none();
    }
    boolean byHand = !withTpm(evidence.history().state().phase());
    return switch (medium.volume()) {
      case VolumeState.Converting _, VolumeState.ConvertedNotFinalised _ ->
          missing(
              medium,
              byHand || medium.conversionKeyIsSealed(),
              "no sealed key resumes the conversion");
      case VolumeState.Encrypted _ ->
          missing(
              medium,
              byHand || medium.tpmOpens() || medium.conversionKeyIsSealed(),
              "neither the TPM slot nor the sealed key opens the volume");
      case VolumeState.Plain _, VolumeState.Unrecognised _, VolumeState.ForeignConversion _ ->
          Option.none(); // then there is no slot to open: PlaintextPreserved speaks of those
    };
  }

  private static boolean withTpm(Phase phase) {
    return switch (phase) {
      case Phase.InTheClear plain -> plain.job().withTpm();
      case Phase.UnderLuks under -> under.job().withTpm();
      case Phase.Withdrawing back -> back.job().withTpm();
      case Phase.Untouched _, Phase.Contradiction _ -> true;
    };
  }

  private static Option<String> missing(Medium medium, boolean unattended, String otherwise) {
    if (!unattended) {
      return Option.some(otherwise);
    }
    return Option.when(
        !medium.recoveryKeyIsHeld(), "the operator holds no recovery key for this volume");
  }
}
