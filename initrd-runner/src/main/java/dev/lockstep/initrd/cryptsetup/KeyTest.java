package dev.lockstep.initrd.cryptsetup;

/** What came of trying a key. */
public sealed interface KeyTest {
  /** It opens this keyslot. */
  record Opens(int slot) implements KeyTest {}

  /** It opens none of the keyslots it was tried on. */
  record WrongKey() implements KeyTest {}

  /** There is no such keyslot to try it on. */
  record NoSuchSlot() implements KeyTest {}
}
