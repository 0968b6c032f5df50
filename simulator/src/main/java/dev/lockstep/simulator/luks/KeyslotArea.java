package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.luks.TpmSlots.TpmSlot;
import dev.lockstep.statemachine.port.Luks.Slot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What lies in the key slots, as opposed to what the header says of them: a slot that the header
 * names and that is not here opens nothing.
 *
 * <p>One sector for all of them. In a real header each has 252 KiB of its own, and the
 * re-encryption's 4 KiB; but each is written between two flushes in which nothing else is, so a cut
 * leaves it old, new, or torn and good for nothing, and the one sector shows these too: it is the
 * old one, the new one, or, while the header is being placed, somebody else's.
 *
 * @param header whose keys they are, by its number; negative where there are none
 * @param slots whose key material is here; of the TPM's the first place
 * @param furtherTpms the other places of TPMs that hold key material
 * @param reencryption whether what a resume needs is here
 */
record KeyslotArea(int header, Set<Slot> slots, String furtherTpms, boolean reencryption) {

  private static final char FIRST_TPM = 'T';
  private static final KeyslotArea NOTHING = new KeyslotArea(-1, Set.of(), "", false);
  private static final Pattern FORM =
      Pattern.compile(
          "key slots of " + Marks.PREFIX + "H(.): ([CTRPKNFS]*)([UVW]*)( re-encryption)?\n\0*");
  private static final Memo<Fingerprint, KeyslotArea> READ = new Memo<>(5_000);

  KeyslotArea {
    slots = Set.copyOf(slots);
  }

  /** As it is when the header has just been written. */
  static KeyslotArea of(LuksHeader header) {
    return new KeyslotArea(header.number(), header.slots(), "", header.requirement());
  }

  static KeyslotArea read(Sector sector) {
    return READ.of(sector.fingerprint(), _ -> decoded(sector));
  }

  private static KeyslotArea decoded(Sector sector) {
    Matcher matcher = FORM.matcher(new String(sector.bytes(), StandardCharsets.ISO_8859_1));
    return matcher.matches()
        ? new KeyslotArea(
            matcher.group(1).charAt(0) - '0',
            LuksHeader.slots(matcher.group(2)),
            matcher.group(3),
            matcher.group(4) != null)
        : NOTHING;
  }

  Sector encode() {
    String text =
        "key slots of %s: %s%s\n"
            .formatted(
                Marks.header(header),
                LuksHeader.letters(slots) + furtherTpms,
                reencryption ? " re-encryption" : "");
    return Sector.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  boolean holds(LuksHeader of, Slot slot) {
    return slot == Slot.TPM2
        ? holds(of, of.tpms().named())
        : header == of.number() && slots.contains(slot);
  }

  boolean holds(LuksHeader of, TpmSlot tpm) {
    return header == of.number()
        && (tpm.place() == FIRST_TPM
            ? slots.contains(Slot.TPM2)
            : furtherTpms.indexOf(tpm.place()) >= 0);
  }

  boolean holdsReencryption(LuksHeader of) {
    return header == of.number() && reencryption;
  }

  /** With a key in the place that the header has free for it. */
  KeyslotArea with(Slot slot, LuksHeader of) throws IOException {
    char place = slot == Slot.TPM2 ? of.tpms().freePlace() : FIRST_TPM;
    if (place != FIRST_TPM) {
      return new KeyslotArea(header, slots, without(place) + place, reencryption);
    }
    EnumSet<Slot> more = EnumSet.of(slot);
    more.addAll(slots);
    return new KeyslotArea(header, more, furtherTpms, reencryption);
  }

  KeyslotArea without(Slot slot) {
    EnumSet<Slot> left = EnumSet.noneOf(Slot.class);
    left.addAll(slots);
    left.remove(slot);
    return new KeyslotArea(header, left, furtherTpms, reencryption);
  }

  KeyslotArea without(TpmSlot tpm) {
    return tpm.place() == FIRST_TPM
        ? without(Slot.TPM2)
        : new KeyslotArea(header, slots, without(tpm.place()), reencryption);
  }

  private String without(char place) {
    return furtherTpms.replace("" + place, "");
  }

  KeyslotArea withoutReencryption() {
    return new KeyslotArea(header, slots, furtherTpms, false);
  }
}
