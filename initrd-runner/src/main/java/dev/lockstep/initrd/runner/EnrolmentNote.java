package dev.lockstep.initrd.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.cryptsetup.Keyslot;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Token;
import dev.lockstep.initrd.cryptsetup.Tokens;
import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Written into a finished volume's header before a slot is added to it. Whoever adds one writes
 * first the slot and then the token that says what it is for: a cut between the two leaves a slot
 * that nothing names, and that mostly nobody has a key for. The note tells it from the slots that
 * were there before, for the next try to remove it.
 *
 * <pre>
 *   {"type": "lockstep-enrolling", "keyslots": [], "before": [1, 2]}
 * </pre>
 *
 * <p>A slot that a person has added since has no token either. It stays: what is removed has a key
 * derivation of no cost besides, as slots of random keys have, and passphrases of people have not.
 */
final class EnrolmentNote {

  private static final String TYPE = "lockstep-enrolling";
  private static final String BEFORE = "before";

  /** As systemd's tools and {@link dev.lockstep.initrd.cryptsetup.Pbkdf#forRandomKeys} have it. */
  private static final int NO_COST_ITERATIONS = 1000;

  private EnrolmentNote() {}

  /** Notes which slots there are; what an earlier try left has to be settled by then. */
  static void write(CryptDevice device, Luks2Header header) throws IOException {
    ObjectNode note = header.json().objectNode().put("type", TYPE);
    note.putArray("keyslots");
    ArrayNode before = note.putArray(BEFORE);
    slots(header).forEach(before::add);
    int _ = device.tokens().set(Tokens.ANY, note.toString());
  }

  /**
   * Removes what a cut left of a slot that was being added, then the note; nothing without one.
   *
   * @param atHand what opens the volume now: a slot that it opens stays, for it may be the only one
   */
  static void settle(CryptDevice device, Luks2Header header, Option<Secret> atHand)
      throws IOException {
    for (Token note : notes(header)) {
      for (int slot : leftBy(header, note)) {
        if (!isOpenedBy(device, slot, atHand)) {
          device.keyslots().destroy(slot); // first: without the note nobody would find it
        }
      }
      device.tokens().remove(note.id());
    }
  }

  /** As after a take-over, whose recovery key was handed over before the cut. */
  private static boolean isOpenedBy(CryptDevice device, int slot, Option<Secret> atHand)
      throws IOException {
    for (Secret key : atHand) {
      return device.keyslots().test(slot, key) instanceof KeyTest.Opens;
    }
    return false;
  }

  static boolean isIn(Luks2Header header) {
    return !notes(header).isEmpty();
  }

  private static List<Token> notes(Luks2Header header) {
    return header.metadata().tokens().stream().filter(token -> token.type().equals(TYPE)).toList();
  }

  private static Set<Integer> leftBy(Luks2Header header, Token note) {
    Set<Integer> left = new HashSet<>(slots(header));
    JsonNode before = header.json().path("tokens").path(note.id() + "").path(BEFORE);
    if (!before.isArray()) {
      return Set.of(); // somebody else's doing: nothing can be told
    }
    before.forEach(slot -> left.remove(slot.asInt(-1)));
    header.metadata().tokens().forEach(token -> left.removeAll(token.keyslots()));
    left.removeIf(slot -> !isOfRandomKey(header.json().path("keyslots").path(slot + "")));
    return left;
  }

  private static List<Integer> slots(Luks2Header header) {
    return header.metadata().keyslots().stream()
        .filter(Keyslot.Passphrase.class::isInstance)
        .map(Keyslot::id)
        .toList();
  }

  private static boolean isOfRandomKey(JsonNode slot) {
    JsonNode derivation = slot.path("kdf");
    return derivation.path("type").asText().equals("pbkdf2")
        && derivation.path("iterations").asLong(Long.MAX_VALUE) <= NO_COST_ITERATIONS;
  }
}
