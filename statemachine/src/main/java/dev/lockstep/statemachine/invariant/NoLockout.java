package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;

/** However often the power goes, the TPM is not driven into its lockout. */
public record NoLockout() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    Medium medium = evidence.medium();
    return Option.when(
        medium.failedTries() >= medium.triesAllowed(),
        () -> "the TPM is locked out after " + medium.failedTries() + " failed tries");
  }
}
