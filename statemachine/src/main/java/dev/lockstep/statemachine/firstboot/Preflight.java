package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.collection.List;
import io.vavr.collection.Seq;
import io.vavr.control.Either;
import io.vavr.control.Option;
import io.vavr.control.Validation;

/** Every check before the first write. All objections are told at once. */
final class Preflight {

  private static final long MEBIBYTE = 1 << 20;

  /** Older ones can be made to decrypt silently (CVE-2021-4122). */
  private static final String OLDEST_CRYPTSETUP = "2.4.3";

  private Preflight() {}

  static Either<Refusal, Job> check(Observation seen) {
    return Validation.combine(
            filesystem(seen).<Seq<Refusal>>mapError(List::of),
            strayHeadCopy(seen),
            grounds(seen),
            room(seen))
        .ap((plain, _, _, _) -> job(plain, seen))
        .toEither()
        .mapLeft(found -> together(found.flatMap(each -> each)));
  }

  /** Of a volume that is converted already, or in part: what goes for the machine and its entry. */
  static Either<Refusal, Boolean> takeOver(Observation seen) {
    return grounds(seen).toEither().mapLeft(Preflight::together);
  }

  /** All that can be said against a first boot here without looking at the root partition. */
  private static Validation<Seq<Refusal>, Boolean> grounds(Observation seen) {
    return Validation.combine(
            objectTo(
                tooOld(seen.facts().cryptsetupVersion()),
                "CRYPTSETUP_TOO_OLD",
                "cryptsetup "
                    + seen.facts().cryptsetupVersion()
                    + " is too old: "
                    + OLDEST_CRYPTSETUP
                    + " or later is needed."),
            withoutTpm(seen)
                .<Validation<Refusal, Boolean>>map(Validation::invalid)
                .getOrElse(() -> Validation.valid(true)),
            objectTo(
                isRoot(seen) && seen.entryWithTrigger().isEmpty(),
                "NO_TRIGGER",
                "No boot entry carries rd.lockstep.encrypt=tpm2, so nothing asks for encryption; add it"
                    + " to the entry that is to be encrypted."),
            seen.entryWithTrigger()
                .filter(_ -> isRoot(seen))
                .flatMap(EntrySeen::triggerFault)
                .map(fault -> Preflight.<Boolean>objection("BAD_TRIGGER", fault))
                .getOrElse(() -> Validation.valid(true)),
            objectTo(
                isRoot(seen) && seen.entriesWithTrigger() > 1,
                "SEVERAL_TRIGGERS",
                "More than one boot entry carries the trigger, and only one is switched; leave it in the"
                    + " one that boots this root."),
            objectTo(
                seen.facts().onBattery(),
                "ON_BATTERY",
                "The machine runs on battery; connect it to the mains, then boot again."))
        .ap((_, _, _, _, _, _) -> true);
  }

  /** Only the root's first boot is asked for by a boot entry; it asks for the other volumes'. */
  private static boolean isRoot(Observation seen) {
    return seen.policy().role() == Role.ROOT;
  }

  /**
   * What is being placed when the journal is lost can't be told from a plain head with our eyes.
   */
  private static Validation<Seq<Refusal>, Boolean> strayHeadCopy(Observation seen) {
    boolean vouchedFor = seen.policy().goal() == Goal.ENCRYPT_AGAIN;
    return seen.strayHeadCopy() && !vouchedFor
        ? Validation.invalid(List.of(Disagreement.JOURNAL_GONE.refusal()))
        : Validation.valid(true);
  }

  private static Validation<Seq<Refusal>, Boolean> room(Observation seen) {
    return objectTo(
            seen.facts().bootFreeBytes() < seen.policy().bootRoomBytes(),
            "BOOT_PARTITION_FULL",
            "The boot partition has "
                + mebibytes(seen.facts().bootFreeBytes())
                + " free and "
                + mebibytes(seen.policy().bootRoomBytes())
                + " are needed for the journal and the prepared headers; make room on it.")
        .<Seq<Refusal>>mapError(List::of);
  }

  private static Job job(Plain plain, Observation seen) {
    long shiftBytes = seen.policy().shiftBytes();
    return new Job(
        seen.facts().disk(),
        plain,
        shiftBytes,
        plain.endBytes() + 2 * shiftBytes,
        seen.facts().partitionBytes(),
        pcrs(seen),
        slots(seen),
        Job.sectorBytesFor(plain, shiftBytes, seen.facts().partitionBytes()),
        seen.policy().role());
  }

  /** What the policy says, else the boot entry. */
  static java.util.List<Integer> pcrs(Observation seen) {
    return seen.policy()
        .keys()
        .pcrs()
        .orElse(() -> seen.entryWithTrigger().map(EntrySeen::pcrs))
        .getOrElse(EntrySwitch.STANDARD_PCRS);
  }

  /** What the policy says to a TPM that is no use now. */
  private static Option<Refusal> withoutTpm(Observation seen) {
    String code = seen.facts().tpm() == TpmHealth.ABSENT ? "NO_TPM" : "TPM_" + seen.facts().tpm();
    String sentence = seen.facts().tpmSentence();
    return seen.policy()
        .keys()
        .withoutTpm(seen.facts().tpm())
        .flatMap(
            what ->
                switch (what) {
                  case STOP -> Option.some(Refusal.needsPerson(code, sentence));
                  case CLEAR -> Option.some(Refusal.preflight(code, sentence));
                  case RECOVERY_ONLY -> Option.none();
                });
  }

  /** Without the TPM's, where the policy lets go of it. */
  static java.util.List<Slot> slots(Observation seen) {
    KeyChoice keys = seen.policy().keys();
    boolean letGo = keys.withoutTpm(seen.facts().tpm()).contains(WhenNoTpm.RECOVERY_ONLY);
    return keys.slots().stream().filter(slot -> !slot.isTpms() || !letGo).toList();
  }

  private static Validation<Refusal, Plain> filesystem(Observation seen) {
    return switch (seen.volume()) {
      case Plain plain ->
          room(plain, seen)
              .<Validation<Refusal, Plain>>map(Validation::invalid)
              .getOrElse(() -> Validation.valid(plain));
      case VolumeState.Unrecognised(String what) ->
          objection(
              "NO_FILESYSTEM",
              "The root partition holds no ext4, XFS or btrfs filesystem: " + what + ".");
      case VolumeState.Encrypted _ -> Validation.invalid(encryptedAlready());
      case VolumeState.Converting _, VolumeState.ConvertedNotFinalised _ ->
          Validation.invalid(Disagreement.JOURNAL_BEHIND_DISK.refusal());
      case VolumeState.ForeignConversion(var _, String what) ->
          Validation.invalid(Disagreement.FOREIGN_CONVERSION.refusal("(" + what + ")"));
    };
  }

  static Refusal encryptedAlready() {
    return Refusal.preflight(
        "ENCRYPTED_ALREADY",
        "The root partition is under LUKS2 already, and no journal of Lockstep says that it was done"
            + " here; nothing is left to encrypt.");
  }

  private static Option<Refusal> room(Plain plain, Observation seen) {
    long reserveBytes = 2 * seen.policy().shiftBytes();
    long lastEndBytes = seen.facts().partitionBytes() - reserveBytes;
    return Option.when(
        plain.endBytes() > lastEndBytes,
        () ->
            Refusal.preflight(
                "FILESYSTEM_IN_RESERVE",
                "The "
                    + plain.filesystem()
                    + " filesystem reaches "
                    + mebibytes(plain.endBytes() - lastEndBytes)
                    + " into the last "
                    + mebibytes(reserveBytes)
                    + " of the root partition, which encryption needs; shrink it to "
                    + lastEndBytes / plain.blockBytes()
                    + " blocks of "
                    + plain.blockBytes()
                    + " bytes."));
  }

  private static Validation<Refusal, Boolean> objectTo(
      boolean wrong, String code, String sentence) {
    return wrong ? objection(code, sentence) : Validation.valid(true);
  }

  private static <T> Validation<Refusal, T> objection(String code, String sentence) {
    return Validation.invalid(Refusal.preflight(code, sentence));
  }

  private static Refusal together(Seq<Refusal> objections) {
    return objections.tail().isEmpty()
        ? objections.head()
        : new Refusal(
            objections.maxBy(o -> o.kind() == Refusal.Kind.NEEDS_PERSON ? 1 : 0).get().kind(),
            objections.map(Refusal::code).mkString("+"),
            objections.map(Refusal::sentence).mkString(" "));
  }

  private static boolean tooOld(String version) {
    List<Integer> found = numbers(version);
    List<Integer> oldest = numbers(OLDEST_CRYPTSETUP);
    for (int i = 0; i < oldest.size(); i++) {
      int difference = Integer.compare(i < found.size() ? found.get(i) : 0, oldest.get(i));
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }

  /** The leading number of each dot-separated part; a part without one counts as 0. */
  private static List<Integer> numbers(String version) {
    return List.of(version.split("\\.", 4))
        .map(part -> part.replaceAll("\\D.*$", ""))
        .map(digits -> digits.isEmpty() || digits.length() > 6 ? 0 : Integer.parseInt(digits));
  }

  /** Rounded up, so that a shortage is never told as none. */
  private static String mebibytes(long bytes) {
    return Math.ceilDiv(bytes, MEBIBYTE) + " MiB";
  }
}
