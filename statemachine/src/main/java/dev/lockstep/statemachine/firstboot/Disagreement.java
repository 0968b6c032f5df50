package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Refusal;

/** Disagreements of journal and disk after which nothing may be written: a person decides. */
enum Disagreement {
  JOURNAL_OF_ANOTHER_DISK(
      "The journal on this boot partition belongs to another disk or partition; put the disk it"
          + " belongs to back, or move the journal folder away."),
  FILESYSTEM_REPLACED(
      "The root partition holds another filesystem than the one that was to be encrypted; move the"
          + " journal folder away to begin anew with it."),
  JOURNAL_BEHIND_DISK(
      "The root partition is under LUKS2 already, but the journal does not know of it; records were"
          + " lost. Nothing was written: check the journal with `lockstep journal verify`."),
  UNKNOWN_CONVERSION(
      "The root partition is under LUKS2, its first boot is not done, and the journal does not know of"
          + " it: records were lost, or another tool began it. Nothing was written: give a key of the"
          + " volume with --key-file, and this goes on with it."),
  JOURNAL_GONE(
      "A copy of this filesystem's head lies behind its end, the head differs from it, and no journal"
          + " says why: a header may have been being placed when the journal was lost. Nothing was"
          + " written: if the system boots and its filesystem check finds nothing, run `lockstep"
          + " firstboot run --again`; otherwise put the copy back (docs/OPERATORS_GUIDE.md)."),
  FILESYSTEM_CUT_OFF(
      "The filesystem in the volume is larger than what is being converted, so its end may be lost"
          + " already. Nothing was written: restore the disk from a backup."),
  JOURNAL_AHEAD_OF_DISK(
      "The journal says the root partition is under LUKS2, but the disk does not; an older copy of"
          + " the disk may have been put back. Nothing was written."),
  HEAD_UNREADABLE(
      "The root partition begins with neither a filesystem nor a LUKS2 header, and the journal knows"
          + " no step that leaves it so. Nothing was written."),
  HEAD_UNEXPLAINED(
      "The header was being placed, but the head of the root partition is neither what was there nor"
          + " the header nor a mixture of both: the plain system was booted meanwhile, or records of"
          + " the journal are lost. Nothing was written; if the plain system boots, move the journal"
          + " folder away to begin anew."),
  HEAD_LOST(
      "The header was being placed, and both the prepared header and the copy of the head are"
          + " damaged. Nothing was written: restore the disk from a backup."),
  VOLUME_NOT_OURS(
      "The root partition holds another LUKS2 volume than the one in the journal. Nothing was"
          + " written."),
  WINDOW_DIFFERS(
      "The LUKS2 metadata names another window than the journal, or one that the partition does not"
          + " hold. Nothing was written: where the partition was made smaller, give it its size back."),
  FOREIGN_CONVERSION(
      "A LUKS2 operation that is not Lockstep's is under way on the root partition; finish it with"
          + " the tool that began it."),
  SLOT_MISSING(
      "The finished volume lacks a slot that it was to have, so the conversion key was left in"
          + " place. Add the slot, then run this again."),
  TPM_WAS_CLEARED(
      "The volume is finished, and its TPM was cleared since, so it opens nothing any more. Nothing"
          + " was written: open the volume with the recovery key."),
  TPM_IS_ANOTHER(
      "The volume is finished, and this is another TPM than the one that opens it: the disk is in"
          + " another machine, or the board was replaced. Nothing was written: open the volume with"
          + " the recovery key."),
  TPM_DOES_NOT_OPEN(
      "The volume is finished, and this TPM does not open it: what the firmware measures has changed,"
          + " or nothing is known of the TPM that should. Nothing was written: open the volume with"
          + " the recovery key."),
  NO_BOOT_ENTRY(
      "The boot partition has neither the entry that triggers the first boot nor one that opens the"
          + " volume; write one by hand, then run this again."),
  TOO_LATE_TO_UNDO(
      "Data is encrypted already, or the volume was written to behind its header, so the plain disk"
          + " can't be put back. Nothing was written; `lockstep firstboot run` goes on."),
  UNDONE(
      "The first boot was undone, and the disk is plain. Nothing was written; to encrypt it after"
          + " all, run `lockstep firstboot run --again`."),
  NO_PROGRESS(
      "Too many boots in a row made no progress. Nothing was written; read the journal, then run"
          + " `lockstep firstboot run --max-boots` with a larger number to go on."),
  TPM_TRIES_SPENT(
      "Power cuts or wrong PINs have used up the TPM's tries but for a reserve, so it was not asked"
          + " again. Nothing was written, and nothing is lost: leave the machine on until the TPM"
          + " has recovered, or give the recovery key with --key-file."),
  CONTRADICTION("The journal tells of steps that can't follow each other:");

  private final String sentence;

  Disagreement(String sentence) {
    this.sentence = sentence;
  }

  Refusal refusal() {
    return switch (this) {
      case CONTRADICTION -> new Refusal(Refusal.Kind.JOURNAL, name(), sentence);
      case UNKNOWN_CONVERSION, TPM_DOES_NOT_OPEN, TPM_WAS_CLEARED, TPM_IS_ANOTHER ->
          new Refusal(Refusal.Kind.WRONG_KEY, name(), sentence);
      case UNDONE, TOO_LATE_TO_UNDO -> Refusal.preflight(name(), sentence);
      default -> Refusal.needsPerson(name(), sentence);
    };
  }

  Refusal refusal(String detail) {
    Refusal plain = refusal();
    if (detail.isEmpty()) {
      return plain;
    }
    return new Refusal(plain.kind(), plain.code(), plain.sentence() + " " + detail);
  }

  /** For a TPM that does not open the finished volume. */
  static Refusal refusing(TpmVerdict verdict) {
    return switch (verdict) {
      case CLEARED -> TPM_WAS_CLEARED.refusal();
      case ANOTHER -> TPM_IS_ANOTHER.refusal();
      case OPENS, MEASURES_OTHERWISE, UNTOLD -> TPM_DOES_NOT_OPEN.refusal(verdict.sentence());
    };
  }

  /** For a volume that should be a plain filesystem and is not. */
  static Refusal notPlain(VolumeState volume) {
    return switch (volume) {
      case VolumeState.Plain _ -> FILESYSTEM_REPLACED.refusal();
      case VolumeState.Unrecognised(String what) -> HEAD_UNREADABLE.refusal("(" + what + ")");
      case VolumeState.ForeignConversion(var _, String what) ->
          FOREIGN_CONVERSION.refusal("(" + what + ")");
      case VolumeState.Converting _, VolumeState.ConvertedNotFinalised _, VolumeState.Encrypted _ ->
          JOURNAL_BEHIND_DISK.refusal();
    };
  }

  /** For a volume that should be ours under LUKS2, in some state it is not in. */
  static Refusal notUnderLuks(VolumeState volume) {
    return switch (volume) {
      case VolumeState.Plain _ -> JOURNAL_AHEAD_OF_DISK.refusal();
      case VolumeState.Unrecognised(String what) -> HEAD_UNREADABLE.refusal("(" + what + ")");
      case VolumeState.ForeignConversion(var _, String what) ->
          FOREIGN_CONVERSION.refusal("(" + what + ")");
      case VolumeState.Converting _, VolumeState.ConvertedNotFinalised _ ->
          JOURNAL_AHEAD_OF_DISK.refusal();
      case VolumeState.Encrypted _ -> VOLUME_NOT_OURS.refusal();
    };
  }
}
