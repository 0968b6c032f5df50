package dev.lockstep.journal.event;

import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.TpmTries;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import java.util.stream.Collectors;

/** Intents and outcomes in the words of the story that a person reads. */
public final class Sentences {

  private static final long MEBIBYTE = 1 << 20;

  private Sentences() {}

  public static String of(Intent intent) {
    return switch (intent) {
      case Intent.SealConversionKey() -> "make a conversion key and seal it to the TPM";
      case Intent.PrepareHeader(var uuid) -> "prepare a LUKS2 header " + uuid + " in a file";
      case Intent.HandOverRecoveryKey() -> "hand over the recovery key";
      case Intent.ProveKeys() -> "have every key open the prepared header";
      case Intent.StageConfiguration() -> "write crypttab into the plain root";
      case Intent.StageHead() -> "copy the head of the filesystem behind its end";
      case Intent.InitialiseHeader() -> "initialise the conversion on the header's file";
      case Intent.PlaceHeader() -> "place the header over the head";
      case Intent.RestoreHead() -> "put the head back from its copy";
      case Intent.Convert(long remaining) -> "convert " + mebibytes(remaining) + " that are left";
      case Intent.Finalise() -> "finalise the metadata of the finished conversion";
      case Intent.WipeMovedSegment() -> "wipe the plain copy of the head";
      case Intent.ClearRest(var how, long from, long to) ->
          "%s the %s that lie behind the volume".formatted(verb(how), mebibytes(to - from));
      case Intent.UnstageConfiguration() -> "take our lines out of the plain root again";
      case Intent.SettleGrowth() -> "settle who grows the filesystem";
      case Intent.EnrolKey(var slot) -> "add the " + slot + " slot to the finished volume";
      case Intent.AddTpm() -> "enrol the present TPM beside the one that is gone";
      case Intent.RemoveEarlierTpm() ->
          "have the present TPM open the volume, then remove the earlier one's slot";
      case Intent.ProveVolume() -> "have every key open the finished volume";
      case Intent.RetireConversionKey() -> "remove the conversion key's slot";
      case Intent.RemoveLeftovers() -> "remove the sealed key and the prepared headers";
      case Intent.AnchorJournal() -> "anchor the journal in the volume's header";
      case Intent.WriteEntry(String _, String fresh) -> "write the boot entry " + fresh;
      case Intent.RetireEntry(String old, String _) -> "retire the boot entry " + old;
    };
  }

  public static String of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.PreflightPassed(Job job) ->
          "preflight passed: %s of %s on partition %s, window %s, keys %s%s"
              .formatted(
                  job.filesystem().filesystem(),
                  mebibytes(job.filesystem().endBytes()),
                  job.disk().partitionUuid(),
                  mebibytes(job.windowBytes()),
                  job.slots().stream().map(Object::toString).collect(Collectors.joining(", ")),
                  job.sectorBytes() == Job.SMALL_SECTOR_BYTES
                      ? ""
                      : ", sectors of " + job.sectorBytes() + " bytes");
      case Outcome.ConversionKeySealed(var blob, var tries) ->
          "conversion key sealed and unsealed once, or noted where no TPM holds it ("
              + blob.brief()
              + "…)"
              + counted(tries);
      case Outcome.HeaderPrepared(var uuid, var header, var tries, var _) ->
          "header " + uuid + " prepared (" + header.brief() + "…)" + counted(tries);
      case Outcome.RecoveryKeyHandedOver(String how) -> "recovery key handed over: " + how;
      case Outcome.KeysProven(var tries) -> "every key opened the header" + counted(tries);
      case Outcome.ConfigurationStaged(var crypttab) ->
          "crypttab staged (" + crypttab.brief() + "…)";
      case Outcome.HeadStaged(var head) ->
          "the head's copy is on the medium (" + head.brief() + "…)";
      case Outcome.HeaderInitialised(var header) ->
          "initialised header on the boot partition (" + header.brief() + "…)";
      case Outcome.HeaderPlaced() -> "header placed and read back";
      case Outcome.HeadRestored() -> "head put back and read back";
      case Outcome.UndoBegun() -> "the operator wants the plain disk back";
      case Outcome.ConfigurationUnstaged() -> "the plain root's configuration is as it was";
      case Outcome.Converted(long window, var tries) ->
          "every byte of " + mebibytes(window) + " is encrypted" + counted(tries);
      case Outcome.Finalised(boolean byLockstep) ->
          "metadata final" + (byLockstep ? ", by Lockstep" : ", by libcryptsetup");
      case Outcome.MovedSegmentWiped() -> "the plain copy of the head is gone";
      case Outcome.RestCleared(var _, long to, String what) ->
          "what lies behind the volume, up to %s of the partition: %s"
              .formatted(mebibytes(to), what);
      case Outcome.GrowthSettled(String how) -> "growth: " + how;
      case Outcome.TakenOver(Job job, var uuid, boolean encrypted) ->
          "volume %s taken over, %s, window %s"
              .formatted(
                  uuid,
                  encrypted ? "encrypted already" : "its conversion under way",
                  mebibytes(job.windowBytes()));
      case Outcome.KeyEnrolled(var slot, String how, var tries, var _) ->
          slot + " slot added: " + how + counted(tries);
      case Outcome.TpmAdded(var tries, var _) -> "the present TPM is enrolled" + counted(tries);
      case Outcome.EarlierTpmRemoved(var tries, var _) ->
          "the present TPM opened the volume, and the earlier one's slot is gone" + counted(tries);
      case Outcome.VolumeProven(var tries) ->
          "every key opened the finished volume" + counted(tries);
      case Outcome.ConversionKeyRetired() -> "the conversion key opens nothing any more";
      case Outcome.LeftoversRemoved() -> "sealed key and prepared headers are gone";
      case Outcome.JournalAnchored(var head) -> "journal anchored at " + head.brief() + "…";
      case Outcome.EntryWritten(String _, String fresh, var content) ->
          "boot entry " + fresh + " is whole (" + content.brief() + "…)";
      case Outcome.EntryRetired(String old) -> "boot entry " + old + " is gone";
    };
  }

  public static String of(InstallIntent intent) {
    return switch (intent) {
      case InstallIntent.Wipe() -> "wipe old signatures";
      case InstallIntent.WritePartitionTable() -> "write the partition table";
      case InstallIntent.MakeRoot() -> "make the root filesystem, with room for a header behind it";
      case InstallIntent.MakeEsp() -> "make the EFI system partition";
      case InstallIntent.MakeBoot() -> "make the boot partition, this journal with it";
    };
  }

  public static String of(InstallOutcome outcome) {
    return switch (outcome) {
      case InstallOutcome.Planned(var plan) ->
          "planned: %s onto %s".formatted(plan.source(), mebibytes(plan.diskBytes()));
      case InstallOutcome.Wiped() -> "old signatures wiped";
      case InstallOutcome.PartitionTableWritten(var table) ->
          "partition table written (" + table.brief() + "…)";
      case InstallOutcome.RootMade(long end) -> "root filesystem made, ends at " + mebibytes(end);
      case InstallOutcome.EspMade(String loader) -> "EFI system partition made: " + loader;
      case InstallOutcome.BootMade(String entry) -> "boot partition made with entry " + entry;
    };
  }

  public static String of(SwapIntent intent) {
    return switch (intent) {
      case SwapIntent.StageLines() -> "write crypttab and fstab into the plain root";
      case SwapIntent.Wipe() -> "wipe what was on the swap partition";
      case SwapIntent.TakeLinesOut() -> "take our lines out of the plain root again";
      case SwapIntent.RestoreArea() -> "make the swap area anew, as it was called before";
    };
  }

  public static String of(SwapOutcome outcome) {
    return switch (outcome) {
      case SwapOutcome.Checked(var job) ->
          "swap checked: %s on partition %s%s"
              .formatted(
                  mebibytes(job.sizeBytes()),
                  job.disk().partitionUuid(),
                  job.before().pageBytes() == 0 ? ", blank" : "");
      case SwapOutcome.LinesStaged(var crypttab) ->
          "crypttab staged (" + crypttab.brief() + "…): a random key at each boot";
      case SwapOutcome.Wiped() -> "what was on the swap partition is gone";
      case SwapOutcome.UndoBegun() -> "the operator wants the plain swap back";
      case SwapOutcome.LinesTakenOut() -> "the plain root's configuration is as it was";
      case SwapOutcome.AreaRestored() -> "the swap partition is as it was, and empty";
    };
  }

  private static String counted(TpmTries tries) {
    return tries.equals(TpmTries.NOT_READ)
        ? ""
        : "; the TPM's failed tries: %d before, %d after, of %d"
            .formatted(tries.before(), tries.after(), tries.most());
  }

  private static String verb(BehindWindow how) {
    return switch (how) {
      case KEEP -> "keep";
      case DISCARD -> "discard";
      case WIPE -> "overwrite";
    };
  }

  private static String mebibytes(long bytes) {
    return Math.ceilDiv(bytes, MEBIBYTE) + " MiB";
  }
}
