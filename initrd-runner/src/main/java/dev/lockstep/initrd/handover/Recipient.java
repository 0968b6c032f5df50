package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;

/** One of the places that the recovery key is given to. */
sealed interface Recipient permits KeyFile, KeyOnConsole, Escrow, SharedKey {

  /** Why it can't take a key, in one sentence, before anything is written. */
  Option<String> objection() throws IOException;

  /**
   * Takes it, durably where that can be, and reads it back where that can be.
   *
   * @return where it went, in words for the journal
   */
  String take(Secret key) throws IOException;

  /** The key, where this can still give it; the caller closes it. */
  default Option<Secret> recall() throws IOException {
    return Option.none();
  }
}
