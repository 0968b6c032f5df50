package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.journal.Release;
import dev.lockstep.statemachine.firstboot.Goal;
import io.vavr.control.Option;

/**
 * What whoever stands before the machine may want when the power comes back, of the next boot.
 *
 * @see Scenario#asks()
 */
public enum Wish {
  /** What every boot with the trigger wants. */
  ENCRYPT(Goal.ENCRYPT),
  /** The plain disk back, while that is possible. */
  UNDO(Goal.UNDO),
  /** To encrypt although it was undone before. */
  ENCRYPT_AGAIN(Goal.ENCRYPT_AGAIN),
  /** An initrd as old as the first journals is booted. */
  RUN_FIRST_RELEASE(Goal.ENCRYPT),
  /** An initrd of today, where a later one may have gone on already. */
  RUN_PRESENT_RELEASE(Goal.ENCRYPT);

  private final Goal goal;

  Wish(Goal goal) {
    this.goal = goal;
  }

  Goal goal() {
    return goal;
  }

  /** Of the runner, where it is not the one in the scenario's machine. */
  Option<Release> earlier() {
    return switch (this) {
      case RUN_FIRST_RELEASE -> Option.some(Release.FIRST);
      case RUN_PRESENT_RELEASE -> Option.some(Release.PRESENT);
      case ENCRYPT, UNDO, ENCRYPT_AGAIN -> Option.none();
    };
  }
}
