package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.port.Luks.Slot;

/** Which keyslot of the header is whose. What has a token is told by that. */
final class KeyslotNumbers {

  static final int CONVERSION = 0;
  static final int RECOVERY = 2;
  static final int PASSWORD = 3;
  static final int KEYFILE = 4;

  private KeyslotNumbers() {}

  /** Of a key that the operator has. */
  static int of(Slot slot) {
    return switch (slot) {
      case CONVERSION -> CONVERSION;
      case RECOVERY -> RECOVERY;
      case PASSWORD -> PASSWORD;
      case KEYFILE -> KEYFILE;
      case TPM2, TPM2_PIN, FIDO2, PKCS11 ->
          throw new IllegalArgumentException("the keyslot of " + slot + " is told by its token");
    };
  }
}
