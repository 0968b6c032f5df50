package dev.lockstep.initrd.cryptsetup;

import java.util.List;

/** What came of trying a token. */
public sealed interface TokenTest {
  /** The passphrase it gave opens this keyslot. */
  record Opens(int slot) implements TokenTest {}

  /** It gave a passphrase, which opens none of its keyslots. */
  record WrongKey() implements TokenTest {}

  /** A PIN is needed, or the one given is wrong: count attempts, the TPM does. */
  record PinNeeded() implements TokenTest {}

  /** There is no such token, or none that opens a keyslot. */
  record NoSuchToken() implements TokenTest {}

  /** The device it needs is not there (yet). */
  record DeviceMissing() implements TokenTest {}

  /**
   * The token's plug-in failed, for instance because a PCR changed.
   *
   * @param errno positive
   */
  record Failed(int errno, List<String> libraryLog) implements TokenTest {
    public Failed {
      libraryLog = List.copyOf(libraryLog);
    }
  }
}
