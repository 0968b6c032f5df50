package dev.lockstep.journal.verify;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignedHeads;
import java.util.Optional;

/** Watches for what a kept statement signs, while the journal's records go by. */
public final class StatementWatch implements RecordSink {
  private final SignedHead kept;
  private Optional<Sha256> hash = Optional.empty();
  private RunningRoot root = RunningRoot.START;
  private boolean rootKnown = true;

  /**
   * A watch for one statement.
   *
   * @param kept whose own signature was found right
   */
  public StatementWatch(SignedHead kept) {
    this.kept = kept;
  }

  @Override
  public void begins(Optional<Scan.Base> base) {
    root = base.map(begin -> begin.checkpoint().runningRoot()).orElse(RunningRoot.START);
    rootKnown = kept.sequence() >= root.lastSequence(); // else what lies before it was dropped
  }

  /** The record itself tells its hash, or the one behind it does. */
  @Override
  public void accepted(LocatedRecord record) {
    if (hash.isEmpty() && record.sequence() == kept.sequence()) {
      hash = Optional.of(record.hash());
    } else if (hash.isEmpty() && record.sequence() == kept.sequence() + 1) {
      hash = Optional.of(record.record().previousHash());
    }
    if (root.isFollowedBy(record.sequence()) && record.sequence() <= kept.sequence()) {
      root = root.after(record.sequence(), record.hash());
    }
  }

  /** What the prefix does not reach is not there. */
  @Override
  public void behind(LocatedRecord record) {}

  /**
   * Holds the statement against the journal that went by.
   *
   * @param head where its valid prefix ended
   */
  public StatementCheck check(ChainHead head, SignedHeads signed) {
    long missing = kept.sequence() - head.lastSequence();
    if (missing > 0) {
      return new StatementCheck.TakenOff(kept, missing);
    }
    if (hash.isPresent()) {
      boolean same =
          hash.get().equals(kept.hash()) && (!rootKnown || root.hash().equals(kept.root()));
      return same ? new StatementCheck.Held(kept, -missing) : new StatementCheck.Rewritten(kept);
    }
    return Optional.ofNullable(signed.lastOfKey().get(kept.publicKey()))
        .filter(later -> later.sequence() > kept.sequence())
        .<StatementCheck>map(later -> new StatementCheck.Folded(kept, later))
        .orElseGet(() -> new StatementCheck.FoldedUnsigned(kept));
  }
}
