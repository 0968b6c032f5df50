package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Luks.Slot;
import java.util.UUID;

/**
 * The effects of the first boot, as data. The words at each say what a power cut inside it leaves,
 * and so what the next boot does; {@code FirstBoot} decides it, {@code Effects} has them.
 */
public sealed interface Intent {

  /** Cut: a blob that nothing rests on yet. Done again with another key. */
  record SealConversionKey() implements Intent {}

  /** Cut: a file that no digest vouches for. Done again, with another recovery key and UUID. */
  record PrepareHeader(UUID luksUuid) implements Intent {}

  /** Cut: the recovery key is gone with memory. The header is prepared again, with another. */
  record HandOverRecoveryKey() implements Intent {}

  /** Cut: nothing was written. Done again. */
  record ProveKeys() implements Intent {}

  /** Cut: the old crypttab or the new one, by rename. Done again. */
  record StageConfiguration() implements Intent {}

  /** Cut: part of a copy in the reserve, where no data is. Done again. */
  record StageHead() implements Intent {}

  /** Cut: a file that no digest vouches for, and the head's copy written once more. Done again. */
  record InitialiseHeader() implements Intent {}

  /** Cut: a torn head. The same bytes are placed again; initialising again would lose the head. */
  record PlaceHeader() implements Intent {}

  /** Cut: a torn head. Put back again: its copy at the tail is whole. */
  record RestoreHead() implements Intent {}

  /**
   * Cut: the metadata tells how far. Repaired, read again, then resumed or finalised.
   *
   * @param remainingBytes when it was intended: a later intent with less shows progress
   */
  record Convert(long remainingBytes) implements Intent {}

  /** Cut: one of two header copies is whole, old or new. Done again unless new. */
  record Finalise() implements Intent {}

  /** Cut: part of the copy is left. Done again. */
  record WipeMovedSegment() implements Intent {}

  /**
   * Cut: some of the slice is cleared, and nothing else was touched. Done again.
   *
   * @param fromBytes from the partition's start, behind the window
   * @param toBytes where the slice ends
   */
  record ClearRest(BehindWindow how, long fromBytes, long toBytes) implements Intent {}

  /** Cut: the old crypttab or the new one, by rename. Done again. */
  record UnstageConfiguration() implements Intent {}

  /** Cut: nothing was written that growing again would not find. Done again. */
  record SettleGrowth() implements Intent {}

  /**
   * Cut: the slot is there and opens, or it is not. Done again unless there; a recovery key that
   * was handed over before is replaced.
   */
  record EnrolKey(Slot slot) implements Intent {}

  /**
   * Cut: the earlier TPM's token is set aside or not, and the present one's slot is there, in part
   * or not. The operator's key opens the volume all along. Done again, with that key.
   */
  record AddTpm() implements Intent {}

  /** Cut: the earlier TPM's slot is there or not. Done again. */
  record RemoveEarlierTpm() implements Intent {}

  /** Cut: nothing was written. Done again. */
  record ProveVolume() implements Intent {}

  /** Cut: the slot is there or not. Done again unless gone. */
  record RetireConversionKey() implements Intent {}

  /** Cut: some files are left. Done again. */
  record RemoveLeftovers() implements Intent {}

  /** Cut: the token of an earlier try, or none. Done again. */
  record AnchorJournal() implements Intent {}

  /** Cut: the old entry is whole and preferred. Done again. */
  record WriteEntry(String oldEntry, String newEntry) implements Intent {}

  /** Cut: both entries or the new one, and either boots. Done again unless gone. */
  record RetireEntry(String oldEntry, String newEntry) implements Intent {}
}
