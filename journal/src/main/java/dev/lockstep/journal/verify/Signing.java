package dev.lockstep.journal.verify;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.scan.SignedHeads;

/** What a journal's signed heads come to, in words. */
final class Signing {
  private Signing() {}

  static String briefly(SignedHeads signed) {
    return signed
        .last()
        .map(
            head ->
                "signed up to record %d by key %s"
                    .formatted(head.sequence(), head.publicKey().abbreviated()))
        .orElse("not signed");
  }

  static String sentence(ChainHead end, SignedHeads signed) {
    return signed
        .last()
        .map(
            head ->
                "%s; %d records behind it could be taken off unseen, and others too unless a signed head was kept (--signed-head)"
                    .formatted(briefly(signed), recordsBehind(end, head)))
        .orElseGet(() -> briefly(signed));
  }

  /** Not counting the record that holds the signed head: it goes with what it signs. */
  static long recordsBehind(ChainHead end, SignedHead head) {
    return end.lastSequence() - head.sequence() - 1;
  }
}
