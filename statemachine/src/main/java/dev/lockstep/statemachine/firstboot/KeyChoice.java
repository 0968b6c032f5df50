package dev.lockstep.statemachine.firstboot;

import io.vavr.control.Option;
import java.util.List;

/**
 * Which keys the operator wants.
 *
 * @param pcrs what TPM keys are bound to; none leaves it to the boot entry
 * @param whenAbsent where there is no TPM
 * @param whenLockedOut where there is one that gives nothing now: locked out, busy or silent
 */
public record KeyChoice(Option<List<Integer>> pcrs, WhenNoTpm whenAbsent, WhenNoTpm whenLockedOut) {

  /** What the boot entry says, and no encryption without a TPM. */
  public static final KeyChoice STANDARD =
      new KeyChoice(Option.none(), WhenNoTpm.CLEAR, WhenNoTpm.CLEAR);
}
