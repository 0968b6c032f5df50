package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a LUKS2 header says, as far as the first boot depends on it.
 *
 * @param number names the header, and with it UUID, volume key and recovery key
 * @param conversionKey the number of the key that the conversion slot opens with
 * @param slots that are there
 * @param measured what the TPM slot is bound to
 * @param requirement whether a conversion is under way: {@code online-reencrypt-v2}
 * @param hot whether one hot zone is {@code in-reencryption}
 * @param remainingSectors of the filesystem, from its start, that are still in the clear
 * @param windowSectors from {@code backup-moved-segment}
 * @param enrolment how far the adding of a slot is
 * @param anchor the journal's head, in a token
 */
public record LuksHeader(
    int number,
    int conversionKey,
    Set<Slot> slots,
    String measured,
    boolean requirement,
    boolean hot,
    int remainingSectors,
    int windowSectors,
    Enrolment enrolment,
    Option<Digest> anchor) {

  /** A slot comes first, and the token that says what it is for then. */
  enum Enrolment {
    NONE("-"),
    /** A note tells which slots there were before. */
    NOTED("noted"),
    /** Under the note, and no token names it. */
    UNNAMED("unnamed"),
    /** No token names it, and no note tells it from those that somebody else has added. */
    FORGOTTEN("forgotten");

    private final String word;

    Enrolment(String word) {
      this.word = word;
    }

    /** What is not named is told by the note, and goes with it. */
    boolean isNoted() {
      return this == NOTED || this == UNNAMED;
    }

    private static Enrolment of(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst().get();
    }
  }

  private static final Pattern FORM =
      Pattern.compile(
          Marks.PREFIX
              + "H(.) key="
              + Marks.PREFIX
              + "K(.) slots=([CTRPKNFS]*) measured=(\\S+) requirement=([01])"
              + " hot=([01]) remaining=(\\d+) window=(\\d+) enrolment=(\\S+) anchor=([0-9a-f]*)\n\0*");

  private static final Memo<LuksHeader, Sector> WRITTEN = new Memo<>(20_000);
  private static final Memo<Fingerprint, Option<LuksHeader>> READ = new Memo<>(20_000);

  public LuksHeader {
    slots = Set.copyOf(slots);
  }

  public UUID uuid() {
    return Names.uuid(number);
  }

  /** One active segment, every byte encrypted, and yet the requirement is there. */
  public boolean finishedNotFinalised() {
    return requirement && !hot && remainingSectors == 0;
  }

  public LuksHeader converting(int windowSectors, int remainingSectors) {
    return new LuksHeader(
        number,
        conversionKey,
        slots,
        measured,
        true,
        false,
        remainingSectors,
        windowSectors,
        enrolment,
        anchor);
  }

  LuksHeader with(boolean requirement, boolean hot, int remainingSectors) {
    return new LuksHeader(
        number,
        conversionKey,
        slots,
        measured,
        requirement,
        hot,
        remainingSectors,
        windowSectors,
        enrolment,
        anchor);
  }

  LuksHeader and(Slot slot, String nowMeasured) {
    EnumSet<Slot> more = EnumSet.of(slot);
    more.addAll(slots);
    return new LuksHeader(
        number,
        conversionKey,
        more,
        slot == Slot.TPM2 ? nowMeasured : measured,
        requirement,
        hot,
        remainingSectors,
        windowSectors,
        enrolment,
        anchor);
  }

  /** Made by another tool, with a key of its owner's in the key file's slot. */
  public boolean foreign() {
    return number == Names.FOREIGN;
  }

  LuksHeader without(Slot slot) {
    EnumSet<Slot> left = EnumSet.noneOf(Slot.class);
    left.addAll(slots);
    left.remove(slot);
    return new LuksHeader(
        number,
        conversionKey,
        left,
        measured,
        requirement,
        hot,
        remainingSectors,
        windowSectors,
        enrolment,
        anchor);
  }

  LuksHeader enrolling(Enrolment progress) {
    return new LuksHeader(
        number,
        conversionKey,
        slots,
        measured,
        requirement,
        hot,
        remainingSectors,
        windowSectors,
        progress,
        anchor);
  }

  /** Whether each slot has a token, and no note is left of the adding of one. */
  public boolean everySlotIsNamed() {
    return enrolment == Enrolment.NONE;
  }

  LuksHeader anchored(Option<Digest> head) {
    return new LuksHeader(
        number,
        conversionKey,
        slots,
        measured,
        requirement,
        hot,
        remainingSectors,
        windowSectors,
        enrolment,
        head);
  }

  private static String letter(Slot slot) {
    return switch (slot) {
      case CONVERSION -> "C";
      case TPM2 -> "T";
      case RECOVERY -> "R";
      case PASSWORD -> "P";
      case KEYFILE -> "K";
      case TPM2_PIN -> "N";
      case FIDO2 -> "F";
      case PKCS11 -> "S";
    };
  }

  /** A letter for each, always in the same order. */
  static String letters(Set<Slot> slots) {
    StringBuilder letters = new StringBuilder();
    for (Slot slot : Slot.values()) {
      letters.append(slots.contains(slot) ? letter(slot) : "");
    }
    return letters.toString();
  }

  static Set<Slot> slots(String letters) {
    EnumSet<Slot> slots = EnumSet.noneOf(Slot.class);
    for (Slot slot : Slot.values()) {
      if (letters.contains(letter(slot))) {
        slots.add(slot);
      }
    }
    return slots;
  }

  /** The metadata's one sector: what is JSON in a real header. */
  Sector encode() {
    return WRITTEN.of(this, LuksHeader::encoded);
  }

  private Sector encoded() {
    String text =
        Marks.header(number)
            + (" key=" + Marks.key(conversionKey))
            + (" slots=" + letters(slots))
            + (" measured=" + measured)
            + (" requirement=" + (requirement ? 1 : 0))
            + (" hot=" + (hot ? 1 : 0))
            + (" remaining=" + remainingSectors)
            + (" window=" + windowSectors)
            + (" enrolment=" + enrolment.word)
            + (" anchor=" + anchor.map(Digest::hex).getOrElse(""))
            + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length > Sector.BYTES) {
      throw new IllegalStateException("the modelled metadata outgrew its sector");
    }
    return Sector.of(bytes);
  }

  Fingerprint fingerprintWithoutAnchor() {
    return anchored(Option.none()).encode().fingerprint();
  }

  static Option<LuksHeader> decode(Sector sector) {
    return READ.of(sector.fingerprint(), _ -> decoded(sector));
  }

  private static Option<LuksHeader> decoded(Sector sector) {
    Matcher matcher = FORM.matcher(new String(sector.bytes(), StandardCharsets.ISO_8859_1));
    if (!matcher.matches()) {
      return Option.none();
    }
    String anchor = matcher.group(10);
    return Option.some(
        new LuksHeader(
            matcher.group(1).charAt(0) - '0',
            matcher.group(2).charAt(0) - '0',
            slots(matcher.group(3)),
            matcher.group(4),
            matcher.group(5).equals("1"),
            matcher.group(6).equals("1"),
            Integer.parseInt(matcher.group(7)),
            Integer.parseInt(matcher.group(8)),
            Enrolment.of(matcher.group(9)),
            anchor.isEmpty() ? Option.none() : Option.some(new Digest(anchor))));
  }
}
