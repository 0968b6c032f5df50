package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Case.*;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.control.Either;
import io.vavr.control.Option;

/**
 * A finished volume whose TPM is gone for good: another one, or its own that was cleared. With a
 * key of the operator's the present one is enrolled, then proven, and only then the earlier one's
 * slot goes.
 *
 * <p>A TPM that refuses because the firmware measures something else is left alone, key or no key:
 * it opens again once that is mended, and what it measures now may be what nobody should trust.
 */
final class TpmExchange {

  private TpmExchange() {}

  /** Nothing is left to do but that. */
  static Either<Refusal, Decision<Intent, Outcome>> whenComplete(
      Option<Intent> open, Observation seen) {
    boolean begun = open.exists(Intent.AddTpm.class::isInstance);
    if (seen.tpm() == TpmVerdict.OPENS && !begun) {
      return Either.right(new Decision.Rest<>());
    }
    // Never added a second time: each cut behind it would leave a slot, until there is no room.
    // Not where it was not asked because there is none.
    if (seen.tpm() == TpmVerdict.OPENS && seen.facts().tpm() == TpmHealth.READY) {
      return FirstBoot.adopt(
          new Outcome.TpmAdded(TpmTries.NOT_READ, TpmIdentity.NOT_TOLD), TPM_FOUND_ADDED);
    }
    return mayAdd(begun, seen)
        ? FirstBoot.perform(new Intent.AddTpm(), TPM_EXCHANGED)
        : FirstBoot.stop(Disagreement.refusing(seen.tpm()));
  }

  /** The present TPM has a slot; that it opens is proven once more by the step itself. */
  static Either<Refusal, Decision<Intent, Outcome>> whenAdded(
      Option<Intent> open, Observation seen, Case because) {
    if (seen.tpm() == TpmVerdict.OPENS) {
      return FirstBoot.perform(new Intent.RemoveEarlierTpm(), because);
    }
    return mayAdd(open.exists(Intent.AddTpm.class::isInstance), seen)
        ? FirstBoot.perform(new Intent.AddTpm(), TPM_EXCHANGED)
        : FirstBoot.stop(Disagreement.refusing(seen.tpm()));
  }

  private static boolean mayAdd(boolean begun, Observation seen) {
    boolean goneForGood = seen.tpm() == TpmVerdict.CLEARED || seen.tpm() == TpmVerdict.ANOTHER;
    return (begun || goneForGood)
        && seen.policy().operatorsKeyGiven()
        && seen.facts().tpm() == TpmHealth.READY;
  }
}
