package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.io.IOException;
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
 * @param tpms the key slots of TPMs
 * @param conversion how far that is
 * @param enrolment how far the adding of a slot is
 * @param anchor the journal's head, in a token
 */
public record LuksHeader(
    int number,
    int conversionKey,
    Set<Slot> slots,
    TpmSlots tpms,
    Conversion conversion,
    Enrolment enrolment,
    Option<Digest> anchor) {

  /**
   * How far the conversion is.
   *
   * @param requirement whether one is under way: {@code online-reencrypt-v2}
   * @param hot whether one hot zone is {@code in-reencryption}
   * @param remainingSectors of the filesystem, from its start, that are still in the clear
   * @param windowSectors from {@code backup-moved-segment}
   */
  record Conversion(boolean requirement, boolean hot, int remainingSectors, int windowSectors) {
    static final Conversion NONE = new Conversion(false, false, 0, 0);
  }

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
              + "K(.) slots=([CTRPKNFS]*) tpms=(\\S+) requirement=([01])"
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
    return requirement() && !hot() && remainingSectors() == 0;
  }

  public boolean requirement() {
    return conversion.requirement();
  }

  public boolean hot() {
    return conversion.hot();
  }

  public int remainingSectors() {
    return conversion.remainingSectors();
  }

  public int windowSectors() {
    return conversion.windowSectors();
  }

  /** The TPM that opens the volume, and what it must measure. */
  public String measured() {
    return tpms.named().bound();
  }

  /** Made by another tool, with a key of its owner's in the key file's slot. */
  public boolean foreign() {
    return number == Names.FOREIGN;
  }

  /** Whether each slot has a token, and no note is left of the adding of one. */
  public boolean everySlotIsNamed() {
    return enrolment == Enrolment.NONE;
  }

  /** Whether a TPM's token was set aside. */
  public boolean tpmIsSetAside() {
    return !tpms.aside().isEmpty();
  }

  public LuksHeader converting(int windowSectors, int remainingSectors) {
    return with(new Conversion(true, false, remainingSectors, windowSectors));
  }

  LuksHeader with(boolean requirement, boolean hot, int remainingSectors) {
    return with(new Conversion(requirement, hot, remainingSectors, windowSectors()));
  }

  LuksHeader and(Slot slot, String nowMeasured) throws IOException {
    EnumSet<Slot> more = EnumSet.of(slot);
    more.addAll(slots);
    return with(more, slot == Slot.TPM2 ? tpms.naming(nowMeasured) : tpms);
  }

  LuksHeader without(Slot slot) {
    return with(less(slot), tpms);
  }

  LuksHeader withTpmAside() {
    return slots.contains(Slot.TPM2) ? with(less(Slot.TPM2), tpms.withAllAside()) : this;
  }

  LuksHeader withoutTpmAside() {
    return with(slots, tpms.withoutAside());
  }

  private EnumSet<Slot> less(Slot slot) {
    EnumSet<Slot> left = EnumSet.noneOf(Slot.class);
    left.addAll(slots);
    left.remove(slot);
    return left;
  }

  private LuksHeader with(Conversion other) {
    return new LuksHeader(number, conversionKey, slots, tpms, other, enrolment, anchor);
  }

  private LuksHeader with(Set<Slot> others, TpmSlots otherTpms) {
    return new LuksHeader(number, conversionKey, others, otherTpms, conversion, enrolment, anchor);
  }

  LuksHeader enrolling(Enrolment progress) {
    return new LuksHeader(number, conversionKey, slots, tpms, conversion, progress, anchor);
  }

  LuksHeader anchored(Option<Digest> head) {
    return new LuksHeader(number, conversionKey, slots, tpms, conversion, enrolment, head);
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
            + (" tpms=" + tpms.encode())
            + (" requirement=" + (requirement() ? 1 : 0))
            + (" hot=" + (hot() ? 1 : 0))
            + (" remaining=" + remainingSectors())
            + (" window=" + windowSectors())
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
            TpmSlots.decode(matcher.group(4)),
            new Conversion(
                matcher.group(5).equals("1"),
                matcher.group(6).equals("1"),
                Integer.parseInt(matcher.group(7)),
                Integer.parseInt(matcher.group(8))),
            Enrolment.of(matcher.group(9)),
            anchor.isEmpty() ? Option.none() : Option.some(new Digest(anchor))));
  }
}
