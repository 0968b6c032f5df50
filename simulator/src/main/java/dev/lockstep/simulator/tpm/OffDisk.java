package dev.lockstep.simulator.tpm;

import dev.lockstep.simulator.luks.Content;

/**
 * What survives a power cut without being on a disk.
 *
 * @param recoveryKeysHeld a bit for each numbered header whose recovery key the operator has
 * @param failedTries the TPM's count of refused authorisations: it locks the TPM
 * @param content what people remember to have done to the filesystem
 */
public record OffDisk(long recoveryKeysHeld, int failedTries, Content content) {

  public static final OffDisk NOTHING = new OffDisk(0, 0);

  /** The TPM refuses everything from this count on. */
  public static final int TRIES_ALLOWED = 10;

  public OffDisk(long recoveryKeysHeld, int failedTries) {
    this(recoveryKeysHeld, failedTries, Content.AS_INSTALLED);
  }

  /** The plain system has written to the filesystem. */
  public OffDisk edited() {
    return new OffDisk(recoveryKeysHeld, failedTries, new Content(true, content.growth()));
  }

  /** The filesystem was grown. */
  public OffDisk grown(Content.Growth growth) {
    return new OffDisk(recoveryKeysHeld, failedTries, new Content(content.edited(), growth));
  }

  public OffDisk withRecoveryKey(int header) {
    return new OffDisk(recoveryKeysHeld | (1L << header), failedTries, content);
  }

  /** The number is about to be given to another key, which nobody has yet. */
  public OffDisk withoutRecoveryKey(int header) {
    return new OffDisk(recoveryKeysHeld & ~(1L << header), failedTries, content);
  }

  public OffDisk withFailedTry() {
    return new OffDisk(recoveryKeysHeld, failedTries + 1, content);
  }

  /** The machine was left on for a while: the counter went down by one. */
  public OffDisk afterAWhile() {
    return new OffDisk(recoveryKeysHeld, Math.max(0, failedTries - 1), content);
  }

  /** Whether one try more is the last that is taken: a boot here spends one at most. */
  public boolean isNearLockout() {
    return TRIES_ALLOWED - failedTries < 2;
  }

  public boolean holdsRecoveryKey(int header) {
    return ((recoveryKeysHeld >>> header) & 1) == 1;
  }
}
