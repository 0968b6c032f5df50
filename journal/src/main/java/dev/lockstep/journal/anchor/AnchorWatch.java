package dev.lockstep.journal.anchor;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Ed25519Key;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.journal.scan.SignedHeads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Watches for the records that a LUKS2 header names, while the journal's records go by. */
public final class AnchorWatch implements RecordSink {
  private final Set<Sha256> anchors;
  private final Set<Ed25519Key> keys;
  private final Optional<AnchorCheck> unreadable;
  private final Map<Sha256, Long> seen = new HashMap<>();

  private AnchorWatch(Set<Sha256> anchors, Set<Ed25519Key> keys, Optional<AnchorCheck> unreadable) {
    this.anchors = anchors;
    this.keys = keys;
    this.unreadable = unreadable;
  }

  /** Reads the anchors; one that can't be read shows in {@link #check}. */
  public static AnchorWatch of(Path device) {
    Set<Ed25519Key> keys = Set.of();
    try {
      keys = HeaderKeys.read(device);
      return new AnchorWatch(JournalAnchors.read(device), keys, Optional.empty());
    } catch (IOException failed) {
      String reason = failed.getMessage() == null ? failed.toString() : failed.getMessage();
      return new AnchorWatch(Set.of(), keys, Optional.of(new AnchorCheck.Unreadable(reason)));
    }
  }

  @Override
  public void accepted(LocatedRecord record) {
    if (anchors.contains(record.hash())) {
      seen.putIfAbsent(record.hash(), record.sequence());
    }
  }

  /** What the prefix does not reach is not held. */
  @Override
  public void behind(LocatedRecord record) {}

  /**
   * Every anchor on the device must have been in the valid prefix, and where a header names a key,
   * it must be the one that signed last.
   *
   * @param head where that prefix ended
   */
  public AnchorCheck check(ChainHead head, SignedHeads signed) {
    Optional<Ed25519Key> found = signed.last().map(SignedHead::publicKey);
    if (!keys.isEmpty() && found.filter(keys::contains).isEmpty()) {
      return new AnchorCheck.OtherKey(keys, found);
    }
    AnchorCheck last = unreadable.orElseGet(() -> new AnchorCheck.Unreadable("there is no anchor"));
    for (Sha256 anchor : anchors) {
      Long sequence = seen.get(anchor);
      if (sequence == null) {
        return new AnchorCheck.Missing(anchor);
      }
      last = new AnchorCheck.Held(anchor, sequence, head.lastSequence() - sequence);
    }
    return last;
  }
}
