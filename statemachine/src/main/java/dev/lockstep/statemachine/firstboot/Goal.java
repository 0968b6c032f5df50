package dev.lockstep.statemachine.firstboot;

/** What whoever started this run wants of it. */
public enum Goal {
  /** What every boot with the trigger wants. */
  ENCRYPT,
  /** The plain disk back, while that is possible. Once begun it is gone on with in every boot. */
  UNDO,
  /** To encrypt although it was undone before. */
  ENCRYPT_AGAIN
}
