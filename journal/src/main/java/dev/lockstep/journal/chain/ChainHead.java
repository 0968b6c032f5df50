package dev.lockstep.journal.chain;

import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.Sha256;

/**
 * Where the one chain over all generations stands.
 *
 * @param nextSequence the sequence number the next record must have, from 0
 * @param hash the hash the next record must name, {@link Sha256#NONE} before the first
 */
public record ChainHead(long nextSequence, Sha256 hash) {
  public static final ChainHead START = new ChainHead(0, Sha256.NONE);

  /** The head once {@code record} is part of the chain. */
  public ChainHead after(EncodedRecord record) {
    if (!isFollowedBy(record)) {
      throw new IllegalArgumentException("record does not follow the chain's head");
    }
    return new ChainHead(nextSequence + 1, record.hash());
  }

  /** Whether {@code record} has the next number and names the last hash. */
  public boolean isFollowedBy(EncodedRecord record) {
    return record.record().sequence() == nextSequence
        && record.record().previousHash().equals(hash);
  }

  /** The last record's number, -1 before the first. */
  public long lastSequence() {
    return nextSequence - 1;
  }
}
