package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.SameKeyslot;
import dev.lockstep.initrd.cryptsetup.TokenTest;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.SecurityKeyEnrolment;
import dev.lockstep.initrd.tpm.TokenEnrolment;
import dev.lockstep.initrd.tpm.TokenType;
import dev.lockstep.initrd.tpm.TpmFailure;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keyslots that something opens which a person carries: a FIDO2 key, a smart card. Whoever brought
 * it is there while the disk is plain, and need not be later: the finished volume's slot is
 * compared with the one that was proven.
 */
final class SecurityKeys {

  private static final String PIN_MISSING =
      "The smart card asks for its PIN, and it is not at hand; name its file with pkcs11.pin-file.";

  private final TpmKeys keys;

  SecurityKeys(TpmKeys keys) {
    this.keys = keys;
  }

  static boolean isOne(Slot slot) {
    return slot == Slot.FIDO2 || slot == Slot.PKCS11;
  }

  private static TokenType type(Slot slot) {
    return slot == Slot.FIDO2 ? TokenType.FIDO2 : TokenType.PKCS11;
  }

  /** Adds the slot to a header, in a file or on a device, by the key of another slot. */
  void enrol(Slot slot, Path header, Secret existing) throws IOException, KeyRefused {
    Either<TpmFailure, TokenEnrolment> enrolled;
    if (slot == Slot.FIDO2) {
      String device = wanted(keys.operator().tokens().fido2Device(), "fido2.device");
      System.err.println("Touch the security key when it blinks: it gets a keyslot.");
      enrolled = SecurityKeyEnrolment.fido2(header, device, existing::bytes);
    } else {
      String uri = wanted(keys.operator().tokens().pkcs11Uri(), "pkcs11.uri");
      try (Secret pin = cardPin()) {
        enrolled =
            SecurityKeyEnrolment.pkcs11(header, uri, existing::bytes, Option.some(pin::bytes));
      }
    }
    if (enrolled.isLeft()) {
      throw new KeyRefused(enrolled.getLeft().message());
    }
  }

  private static String wanted(Option<String> setting, String name) throws KeyRefused {
    return setting.getOrElseThrow(
        () -> new KeyRefused("This was begun with " + name + " in the policy; give it again."));
  }

  private Secret cardPin() throws IOException, KeyRefused {
    return keys.operator().readCardPin().getOrElseThrow(() -> new KeyRefused(PIN_MISSING));
  }

  /** One try: a card counts wrong PINs. */
  boolean opens(Slot slot, CryptDevice device) throws IOException, KeyRefused {
    TokenTest tested;
    if (slot == Slot.FIDO2) {
      System.err.println("Touch the security key once more: it is proven to open its keyslot.");
      tested = device.tokens().testAny(type(slot).text(), Optional.empty());
    } else {
      try (Secret pin = cardPin()) {
        tested = device.tokens().testAny(type(slot).text(), Optional.of(pin));
      }
    }
    if (tested instanceof TokenTest.PinNeeded) {
      throw new KeyRefused("The PIN was refused, and wrong ones are counted; give the right one.");
    }
    return tested instanceof TokenTest.Opens;
  }

  /** Whether the volume has the slot that was proven in the prepared header, byte for byte. */
  static boolean isTheOneProven(Slot slot, byte[] prepared, RandomReader volume)
      throws IOException {
    return SameKeyslot.behindToken(RandomReader.of(prepared), volume, type(slot).text());
  }
}
