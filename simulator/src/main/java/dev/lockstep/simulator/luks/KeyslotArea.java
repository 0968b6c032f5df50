package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.port.Luks.Slot;
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
 * @param slots whose key material is here
 * @param reencryption whether what a resume needs is here
 */
record KeyslotArea(int header, Set<Slot> slots, boolean reencryption) {

  private static final KeyslotArea NOTHING = new KeyslotArea(-1, Set.of(), false);
  private static final Pattern FORM =
      Pattern.compile("key slots of " + Marks.PREFIX + "H(.): ([CTRPKNFS]*)( re-encryption)?\n\0*");
  private static final Memo<Fingerprint, KeyslotArea> READ = new Memo<>(5_000);

  KeyslotArea {
    slots = Set.copyOf(slots);
  }

  /** As it is when the header has just been written. */
  static KeyslotArea of(LuksHeader header) {
    return new KeyslotArea(header.number(), header.slots(), header.requirement());
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
            matcher.group(3) != null)
        : NOTHING;
  }

  Sector encode() {
    String text =
        "key slots of %s: %s%s\n"
            .formatted(
                Marks.header(header),
                LuksHeader.letters(slots),
                reencryption ? " re-encryption" : "");
    return Sector.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  boolean holds(LuksHeader of, Slot slot) {
    return header == of.number() && slots.contains(slot);
  }

  boolean holdsReencryption(LuksHeader of) {
    return header == of.number() && reencryption;
  }

  KeyslotArea with(Slot slot) {
    EnumSet<Slot> more = EnumSet.of(slot);
    more.addAll(slots);
    return new KeyslotArea(header, more, reencryption);
  }

  KeyslotArea without(Slot slot) {
    EnumSet<Slot> left = EnumSet.noneOf(Slot.class);
    left.addAll(slots);
    left.remove(slot);
    return new KeyslotArea(header, left, reencryption);
  }

  KeyslotArea withoutReencryption() {
    return new KeyslotArea(header, slots, false);
  }
}
