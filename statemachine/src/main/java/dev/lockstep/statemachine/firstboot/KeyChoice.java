package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.util.List;

/**
 * Which keys the operator wants.
 *
 * @param slots who can open the volume afterwards
 * @param pcrs what TPM keys are bound to; none leaves it to the boot entry
 * @param whenAbsent where there is no TPM
 * @param whenLockedOut where there is one that gives nothing now: locked out, busy or silent
 */
public record KeyChoice(
    List<Slot> slots, Option<List<Integer>> pcrs, WhenNoTpm whenAbsent, WhenNoTpm whenLockedOut) {

  /** What the boot entry says, and no encryption without a TPM. */
  public static final KeyChoice STANDARD =
      new KeyChoice(Job.STANDARD_SLOTS, Option.none(), WhenNoTpm.CLEAR, WhenNoTpm.CLEAR);

  public KeyChoice {
    slots = List.copyOf(slots);
  }

  /** What holds where the TPM is as it is; none where nothing of it is asked. */
  Option<WhenNoTpm> withoutTpm(TpmHealth health) {
    if (slots.stream().noneMatch(Slot::isTpms)) {
      return Option.none();
    }
    return switch (health) {
      case READY -> Option.none();
      case ABSENT -> Option.some(whenAbsent);
      case LOCKED_OUT, SILENT -> Option.some(whenLockedOut);
    };
  }
}
