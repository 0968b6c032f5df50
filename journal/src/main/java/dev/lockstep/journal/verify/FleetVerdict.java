package dev.lockstep.journal.verify;

import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.Printable;
import java.util.Optional;

/** What is said about one journal of many. It holds no record, so that many need little memory. */
public sealed interface FleetVerdict {

  String journal();

  /** One line for a person. */
  String line();

  /**
   * A journal that was read.
   *
   * @param sentence the verdict in words
   * @param signedHead the last right one
   * @param damage the first damage, empty for a sound journal
   */
  record Read(
      String journal,
      String sentence,
      long records,
      long lastSequence,
      Sha256 lastHash,
      Optional<SignedHead> signedHead,
      Optional<Finding> damage)
      implements FleetVerdict {

    static Read of(String journal, Verification verification) {
      return new Read(
          journal,
          verification.sentences().getFirst() + "; " + verification.signedBriefly(),
          verification.tally().records(),
          verification.summary().head().lastSequence(),
          verification.summary().head().hash(),
          verification.signed().last(),
          verification.summary().firstDamage());
    }

    public boolean isSound() {
      return damage.isEmpty();
    }

    @Override
    public String line() {
      return "%s: %s".formatted(Printable.of(journal), sentence);
    }
  }

  /** A journal that could not be read: nothing is known about it. */
  record Unread(String journal, String sentence) implements FleetVerdict {
    @Override
    public String line() {
      return "%s: unreadable: %s".formatted(Printable.of(journal), Printable.of(sentence));
    }
  }
}
