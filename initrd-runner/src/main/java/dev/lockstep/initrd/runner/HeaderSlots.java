package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.Keyslot;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Token;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Whose the keyslots of a header are, by their tokens: systemd's, or for a key that systemd has no
 * token for, ours.
 *
 * <pre>
 *   {"type": "lockstep-slot", "keyslots": ["5"], "slot": "PASSWORD"}
 * </pre>
 *
 * A keyslot that no token names is nobody's we know: whatever its number, it is left alone. Who
 * adds a key by hand gets the first free number, which may have been one of ours.
 */
record HeaderSlots(Map<Slot, Integer> numbers) {

  private static final String OURS = "lockstep-slot";

  HeaderSlots {
    numbers = Map.copyOf(numbers);
  }

  static HeaderSlots of(Luks2Header header) {
    Map<Slot, Integer> numbers = new EnumMap<>(Slot.class);
    for (Keyslot.Passphrase keyslot : header.metadata().passphraseKeyslots()) {
      whose(header, keyslot.id()).forEach(slot -> numbers.putIfAbsent(slot, keyslot.id()));
    }
    return new HeaderSlots(numbers);
  }

  /** The conversion key's token stays when its keyslot goes; a label anybody can set. */
  static boolean isLocksteps(Luks2Header header) {
    return header.metadata().tokens().stream()
        .filter(token -> token.type().equals(OURS))
        .anyMatch(token -> field(header, token, "slot").asText().equals(Slot.CONVERSION.name()));
  }

  /** A token for a keyslot that no tool has a token for. */
  static String token(Slot slot, int number) {
    return "{\"type\":\"%s\",\"keyslots\":[\"%d\"],\"slot\":\"%s\"}"
        .formatted(OURS, number, slot.name());
  }

  Set<Slot> slots() {
    return numbers.keySet();
  }

  Option<Integer> number(Slot slot) {
    return Option.of(numbers.get(slot));
  }

  private static Option<Slot> whose(Luks2Header header, int keyslot) {
    Option<Token> token =
        Option.ofOptional(
            header.metadata().tokens().stream()
                .filter(each -> each.keyslots().contains(keyslot))
                .findFirst());
    if (token.isEmpty()) {
      return Option.none();
    }
    return switch (token.get().type()) {
      case "systemd-tpm2" ->
          Option.some(asksForPin(header, token.get()) ? Slot.TPM2_PIN : Slot.TPM2);
      case "systemd-fido2" -> Option.some(Slot.FIDO2);
      case "systemd-pkcs11" -> Option.some(Slot.PKCS11);
      case "systemd-recovery" -> Option.some(Slot.RECOVERY);
      case OURS -> named(field(header, token.get(), "slot").asText());
      default -> Option.none();
    };
  }

  /** systemd writes this field into a token that was made with a PIN. */
  private static boolean asksForPin(Luks2Header header, Token token) {
    return field(header, token, "tpm2-pin").asBoolean();
  }

  private static com.fasterxml.jackson.databind.JsonNode field(
      Luks2Header header, Token token, String name) {
    return header.json().path("tokens").path(token.id() + "").path(name);
  }

  private static Option<Slot> named(String name) {
    return Option.ofOptional(
        Arrays.stream(Slot.values())
            .filter(
                slot -> slot == Slot.CONVERSION || slot == Slot.PASSWORD || slot == Slot.KEYFILE)
            .filter(slot -> slot.name().equals(name))
            .findFirst());
  }
}
