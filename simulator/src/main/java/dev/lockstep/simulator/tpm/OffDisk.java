package dev.lockstep.simulator.tpm;

/**
 * What survives a power cut without being on a disk.
 *
 * @param recoveryKeysHeld a bit for each numbered header whose recovery key the operator has
 * @param failedTries the TPM's count of refused authorisations: it locks the TPM
 */
public record OffDisk(long recoveryKeysHeld, int failedTries) {

  public static final OffDisk NOTHING = new OffDisk(0, 0);

  /** The TPM refuses everything from this count on. */
  public static final int TRIES_ALLOWED = 10;

  public OffDisk withRecoveryKey(int header) {
    return new OffDisk(recoveryKeysHeld | (1L << header), failedTries);
  }

  /** The number is about to be given to another key, which nobody has yet. */
  public OffDisk withoutRecoveryKey(int header) {
    return new OffDisk(recoveryKeysHeld & ~(1L << header), failedTries);
  }

  public OffDisk withFailedTry() {
    return new OffDisk(recoveryKeysHeld, failedTries + 1);
  }

  /** The machine was left on for a while: the counter went down by one. */
  public OffDisk afterAWhile() {
    return new OffDisk(recoveryKeysHeld, Math.max(0, failedTries - 1));
  }

  /** Whether one try more is the last that is taken: a boot here spends one at most. */
  public boolean isNearLockout() {
    return TRIES_ALLOWED - failedTries < 2;
  }

  public boolean holdsRecoveryKey(int header) {
    return ((recoveryKeysHeld >>> header) & 1) == 1;
  }
}
