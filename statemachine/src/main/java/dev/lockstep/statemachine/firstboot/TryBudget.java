package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Either;

/**
 * The TPM's tries, budgeted over all boots. A power cut while the TPM works costs one, and so does
 * a wrong PIN; at their end the TPM opens nothing for hours. So a boot that finds only the reserve
 * left does not ask the TPM at all: the counter goes down again by itself while the machine is on.
 */
final class TryBudget {

  private TryBudget() {}

  /** What was decided, unless it would spend a try of the reserve. */
  static Either<Refusal, Decision<Intent, Outcome>> kept(
      State<Phase, Intent> state,
      Observation seen,
      Either<Refusal, Decision<Intent, Outcome>> decided) {
    if (seen.facts().tpm() != TpmHealth.LOCKED_OUT
        || decided.isLeft()
        || !(decided.get() instanceof Decision.Perform<Intent, Outcome>(Intent intent, String _))) {
      return decided;
    }
    return switch (state.phase()) {
      case Phase.InTheClear plain when plain.job().withTpm() && sealsOrOpens(intent) ->
          // As the policy has it for a TPM that is no use: stop, boot in the clear, do without.
          Preflight.check(seen)
              .map(
                  again ->
                      new Decision.Adopt<>(
                          new Outcome.PreflightPassed(again), Case.TPM_GONE.name()));
      case Phase.UnderLuks under when under.job().withTpm() && opens(intent, seen) ->
          Either.left(Disagreement.TPM_TRIES_SPENT.refusal(seen.facts().tpmSentence()));
      case Phase _ -> decided;
    };
  }

  private static boolean sealsOrOpens(Intent intent) {
    return intent instanceof Intent.SealConversionKey
        || intent instanceof Intent.PrepareHeader
        || intent instanceof Intent.ProveKeys
        || intent instanceof Intent.InitialiseHeader;
  }

  /** The conversion takes another slot's key as well, where the operator gave one. */
  private static boolean opens(Intent intent, Observation seen) {
    return intent instanceof Intent.ProveVolume
        || intent instanceof Intent.AddTpm
        || intent instanceof Intent.RemoveEarlierTpm
        || (intent instanceof Intent.EnrolKey(Slot slot) && slot.isTpms())
        || (!seen.policy().operatorsKeyGiven()
            && (intent instanceof Intent.Convert
                || intent instanceof Intent.EnrolKey
                || intent instanceof Intent.SettleGrowth
                || intent instanceof Intent.Finalise
                || intent instanceof Intent.WipeMovedSegment
                || intent instanceof Intent.ClearRest));
  }
}
