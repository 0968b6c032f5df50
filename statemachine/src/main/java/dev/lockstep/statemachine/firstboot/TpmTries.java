package dev.lockstep.statemachine.firstboot;

/**
 * The TPM's counter of failed tries around one step that may ask the TPM for something. It goes up
 * with a wrong PIN, and with a power cut while the TPM works; it goes down by itself.
 *
 * @param before the step
 * @param after it
 * @param most at which the TPM locks
 */
public record TpmTries(int before, int after, int most) {

  /** Where there is no TPM, and in journals from before it was told. */
  public static final TpmTries NOT_READ = new TpmTries(-1, -1, -1);

  /** Whether the step cost any. */
  boolean wereSpent() {
    return after > before;
  }
}
