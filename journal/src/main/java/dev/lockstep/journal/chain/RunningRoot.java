package dev.lockstep.journal.chain;

import dev.lockstep.journal.record.Sha256;

/**
 * The running hash over the hashes of all records from 0 on, see {@link Checkpoint#root}: it fixes
 * the whole history, the records that a checkpoint dropped included.
 *
 * @param lastSequence the last record in it, -1 before the first
 */
public record RunningRoot(long lastSequence, Sha256 hash) {
  public static final RunningRoot START = new RunningRoot(-1, Sha256.NONE);

  /** Once the next record is known. */
  public RunningRoot after(long sequence, Sha256 recordHash) {
    if (!isFollowedBy(sequence)) {
      throw new IllegalArgumentException(
          "record %d does not follow record %d".formatted(sequence, lastSequence));
    }
    return new RunningRoot(sequence, Checkpoint.root(hash, recordHash));
  }

  public boolean isFollowedBy(long sequence) {
    return sequence == lastSequence + 1;
  }
}
