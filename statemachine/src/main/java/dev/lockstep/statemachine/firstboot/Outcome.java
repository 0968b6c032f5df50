package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import java.util.UUID;

/** What was read back after an effect. Facts for auditors, never a secret. */
public sealed interface Outcome {

  /** Preflight has no effect, so it has no intent either. */
  record PreflightPassed(Job job) implements Outcome {}

  record ConversionKeySealed(Digest sealedKey) implements Outcome {}

  record HeaderPrepared(UUID luksUuid, Digest header) implements Outcome {}

  record RecoveryKeyHandedOver(String how) implements Outcome {}

  record KeysProven() implements Outcome {}

  record ConfigurationStaged(Digest crypttab) implements Outcome {}

  record HeadStaged(Digest head) implements Outcome {}

  record HeaderInitialised(Digest header) implements Outcome {}

  record HeaderPlaced() implements Outcome {}

  record HeadRestored() implements Outcome {}

  /** The operator's wish has no effect of its own, so it has no intent either. */
  record UndoBegun() implements Outcome {}

  record ConfigurationUnstaged() implements Outcome {}

  /**
   * A volume that the journal does not know is ours from here on: another tool's, or our own whose
   * records were lost. Nothing was written for it, so it has no intent.
   *
   * @param encrypted whether nothing is under way on it any more
   */
  record TakenOver(Job job, UUID luksUuid, boolean encrypted) implements Outcome {}

  record Converted(long windowBytes) implements Outcome {}

  /**
   * The metadata says what the data is.
   *
   * @param byLockstep whether libcryptsetup had left it to us
   */
  record Finalised(boolean byLockstep) implements Outcome {}

  record MovedSegmentWiped() implements Outcome {}

  /**
   * What lies behind the window was dealt with, up to here.
   *
   * @param how as it was done, which may be less than was wanted
   * @param toBytes from the partition's start
   * @param what in words, and why where it is less
   */
  record RestCleared(BehindWindow how, long toBytes, String what) implements Outcome {}

  /**
   * The room behind the window is dealt with.
   *
   * @param how grown to what size, or left to whom and why
   */
  record GrowthSettled(String how) implements Outcome {}

  /**
   * The finished volume has one slot more.
   *
   * @param how the key went where it belongs, in words; never the key
   */
  record KeyEnrolled(Slot slot, String how) implements Outcome {}

  record VolumeProven() implements Outcome {}

  record ConversionKeyRetired() implements Outcome {}

  record LeftoversRemoved() implements Outcome {}

  record JournalAnchored(Digest head) implements Outcome {}

  record EntryWritten(String oldEntry, String newEntry, Digest content) implements Outcome {}

  record EntryRetired(String oldEntry) implements Outcome {}
}
