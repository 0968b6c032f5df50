package dev.lockstep.statemachine.firstboot;

/** What the operator wants where the TPM can't be used. */
public enum WhenNoTpm {
  /** Stop, and wait for a person. */
  STOP,
  /** Encrypt without it: who holds a key goes on after a power cut. */
  RECOVERY_ONLY,
  /** Boot in the clear, and try again at the next boot. */
  CLEAR
}
