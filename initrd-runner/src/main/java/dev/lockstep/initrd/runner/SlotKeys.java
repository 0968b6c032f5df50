package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.cryptsetup.Keyslots;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Pbkdf;
import dev.lockstep.initrd.cryptsetup.TokenTest;
import dev.lockstep.initrd.cryptsetup.Tokens;
import dev.lockstep.initrd.cryptsetup.Tpm2TokenParameters;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.RecoveryKey;
import dev.lockstep.initrd.tpm.TokenEnrolment;
import dev.lockstep.initrd.tpm.TpmFailure;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The key of each slot, from wherever it is kept: put into a header, and tried on it. */
final class SlotKeys {

  private static final String PIN_MISSING =
      "The TPM asks for a PIN, and it is not at hand; give it with --tpm2-pin-file or as the policy"
          + " says.";
  private static final String PIN_WRONG =
      "The TPM refused the PIN, and counts each wrong try; give the right one.";

  private final TpmKeys keys;
  private final SecurityKeys securityKeys;

  SlotKeys(TpmKeys keys) {
    this.keys = keys;
    this.securityKeys = new SecurityKeys(keys);
  }

  // ---------------------------------------------------------------- put in

  /**
   * Adds what systemd-cryptenroll makes, token and all; nothing for a slot of the operator's.
   *
   * @param existing opens some slot of it
   */
  void enrolByToken(Slot slot, Path header, List<Integer> pcrs, Secret existing)
      throws IOException, KeyRefused {
    switch (slot) {
      case TPM2 -> enrolTpm(header, pcrs, existing, Option.none());
      case TPM2_PIN -> {
        try (Secret pin = pinAtHand()) {
          enrolTpm(header, pcrs, existing, Option.some(pin));
        }
      }
      case FIDO2, PKCS11 -> securityKeys.enrol(slot, header, existing);
      case CONVERSION, RECOVERY, PASSWORD, KEYFILE -> {}
    }
  }

  private void enrolTpm(Path file, List<Integer> pcrs, Secret existing, Option<Secret> pin)
      throws IOException, KeyRefused {
    Either<TpmFailure, TokenEnrolment> enrolled =
        TokenEnrolment.enrol(
            keys.tpm(),
            file,
            keys.operator().tokens().binding(TpmKeys.selection(pcrs)),
            existing::bytes,
            pin.map(secret -> secret::bytes));
    if (enrolled.isLeft()) {
      throw new KeyRefused(enrolled.getLeft().message());
    }
  }

  /**
   * Adds a key of the operator's. Its token comes second, since it names a keyslot that is there.
   */
  void enrolOperators(Slot slot, Path volume, Secret existing) throws IOException, KeyRefused {
    if (slot == Slot.PASSWORD) {
      keys.askForPassword();
    }
    try (Secret key = atHand(slot);
        CryptDevice device = CryptDevice.open(volume)) {
      boolean recovery = slot == Slot.RECOVERY;
      int number =
          device
              .load()
              .keyslots()
              .addByPassphrase(
                  Keyslots.ANY,
                  existing,
                  key,
                  recovery ? Pbkdf.forRandomKeys() : Pbkdf.forPassphrases());
      int _ =
          device
              .tokens()
              .set(
                  Tokens.ANY,
                  recovery ? RecoveryKey.tokenJson(number) : HeaderSlots.token(slot, number));
    }
  }

  // ---------------------------------------------------------------- tried

  /**
   * Whether the slot's key, from wherever it is kept, opens this header.
   *
   * @param header the same header as the device has, to be read for the slots' numbers
   */
  boolean open(Slot slot, CryptDevice device, RandomReader header) throws IOException, KeyRefused {
    Option<Integer> number = numberIn(slot, header);
    return switch (slot) {
      case CONVERSION ->
          number.isDefined()
              && device.keyslots().test(number.get(), keys.conversionKey())
                  instanceof KeyTest.Opens;
      case RECOVERY, PASSWORD, KEYFILE -> {
        try (Secret key = atHand(slot)) {
          yield number.isDefined()
              && device.keyslots().test(number.get(), key) instanceof KeyTest.Opens;
        }
      }
      case FIDO2, PKCS11 -> securityKeys.opens(slot, device);
      case TPM2 -> tpmOpens(device, Option.none());
      case TPM2_PIN -> {
        try (Secret pin = pinAtHand()) {
          yield tpmOpens(device, Option.some(pin));
        }
      }
    };
  }

  /** One try: where a PIN is asked for, the TPM counts wrong ones. */
  private boolean tpmOpens(CryptDevice device, Option<Secret> pin) throws IOException, KeyRefused {
    TokenTest tested =
        keys.tpm()
            .lend(
                name ->
                    device
                        .tokens()
                        .testTpm2(
                            Tokens.ANY, pin.toJavaOptional(), Tpm2TokenParameters.device(name)));
    if (tested instanceof TokenTest.PinNeeded) {
      throw new KeyRefused(pin.isEmpty() ? PIN_MISSING : PIN_WRONG);
    }
    return tested instanceof TokenTest.Opens;
  }

  private Secret pinAtHand() throws IOException, KeyRefused {
    return keys.pin().getOrElseThrow(() -> new KeyRefused(PIN_MISSING));
  }

  /** A copy of the operator's key; the caller closes it. */
  Secret atHand(Slot slot) throws IOException, KeyRefused {
    return keys.operatorsKey(slot)
        .getOrElseThrow(
            () ->
                new KeyRefused(
                    switch (slot) {
                      case PASSWORD ->
                          "The password is not at hand; give it with --password-file or as the"
                              + " policy says.";
                      case KEYFILE ->
                          "The key file of the policy is not at hand; connect the medium it is on.";
                      case RECOVERY, TPM2, TPM2_PIN, FIDO2, PKCS11, CONVERSION ->
                          "The recovery key is not at hand to be proven; connect the medium it was"
                              + " written to, name it with --recovery-key-out, and run this again.";
                    }));
  }

  private static Option<Integer> numberIn(Slot slot, RandomReader header) throws IOException {
    return Luks2HeaderReader.read(header) instanceof HeaderReading.Valid(Luks2Header known)
        ? HeaderSlots.of(known).number(slot)
        : Option.none();
  }
}
