package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.TpmIdentity;
import java.util.UUID;

/** What was read back after an effect. Facts for auditors, never a secret. */
public sealed interface Outcome {

  /** Of a step that may ask the TPM for something: what that did to its counter. */
  interface TellsTries {
    TpmTries tpmTries();

    /** The same, with what was read. */
    Outcome with(TpmTries read);
  }

  /** Of a step that makes a key of the TPM's: which TPM that was. */
  interface TellsTpm {
    TpmIdentity tpmIdentity();
  }

  /** Preflight has no effect, so it has no intent either. */
  record PreflightPassed(Job job) implements Outcome {}

  record ConversionKeySealed(Digest sealedKey, TpmTries tpmTries) implements Outcome, TellsTries {

    public ConversionKeySealed(Digest sealedKey) {
      this(sealedKey, TpmTries.NOT_READ);
    }

    @Override
    public ConversionKeySealed with(TpmTries read) {
      return new ConversionKeySealed(sealedKey, read);
    }
  }

  record HeaderPrepared(UUID luksUuid, Digest header, TpmTries tpmTries, TpmIdentity tpmIdentity)
      implements Outcome, TellsTries, TellsTpm {

    public HeaderPrepared(UUID luksUuid, Digest header) {
      this(luksUuid, header, TpmTries.NOT_READ, TpmIdentity.NOT_TOLD);
    }

    public HeaderPrepared(UUID luksUuid, Digest header, TpmIdentity tpmIdentity) {
      this(luksUuid, header, TpmTries.NOT_READ, tpmIdentity);
    }

    @Override
    public HeaderPrepared with(TpmTries read) {
      return new HeaderPrepared(luksUuid, header, read, tpmIdentity);
    }
  }

  record RecoveryKeyHandedOver(String how) implements Outcome {}

  record KeysProven(TpmTries tpmTries) implements Outcome, TellsTries {

    public KeysProven() {
      this(TpmTries.NOT_READ);
    }

    @Override
    public KeysProven with(TpmTries read) {
      return new KeysProven(read);
    }
  }

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

  record Converted(long windowBytes, TpmTries tpmTries) implements Outcome, TellsTries {

    public Converted(long windowBytes) {
      this(windowBytes, TpmTries.NOT_READ);
    }

    @Override
    public Converted with(TpmTries read) {
      return new Converted(windowBytes, read);
    }
  }

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
  record KeyEnrolled(Slot slot, String how, TpmTries tpmTries, TpmIdentity tpmIdentity)
      implements Outcome, TellsTries, TellsTpm {

    public KeyEnrolled(Slot slot, String how) {
      this(slot, how, TpmTries.NOT_READ, TpmIdentity.NOT_TOLD);
    }

    public KeyEnrolled(Slot slot, String how, TpmIdentity tpmIdentity) {
      this(slot, how, TpmTries.NOT_READ, tpmIdentity);
    }

    @Override
    public KeyEnrolled with(TpmTries read) {
      return new KeyEnrolled(slot, how, read, tpmIdentity);
    }
  }

  record VolumeProven(TpmTries tpmTries) implements Outcome, TellsTries {

    public VolumeProven() {
      this(TpmTries.NOT_READ);
    }

    @Override
    public VolumeProven with(TpmTries read) {
      return new VolumeProven(read);
    }
  }

  record ConversionKeyRetired() implements Outcome {}

  record LeftoversRemoved() implements Outcome {}

  record JournalAnchored(Digest head) implements Outcome {}

  record EntryWritten(String oldEntry, String newEntry, Digest content) implements Outcome {}

  record EntryRetired(String oldEntry) implements Outcome {}

  /** The finished volume takes the present TPM; the slot of the one before is still there. */
  record TpmAdded(TpmTries tpmTries, TpmIdentity tpmIdentity)
      implements Outcome, TellsTries, TellsTpm {

    @Override
    public TpmAdded with(TpmTries read) {
      return new TpmAdded(read, tpmIdentity);
    }
  }

  /**
   * The present TPM has opened the volume, and the earlier one's slot is gone. Which TPM that is
   * stands here too: whoever found it enrolled already could not tell.
   */
  record EarlierTpmRemoved(TpmTries tpmTries, TpmIdentity tpmIdentity)
      implements Outcome, TellsTries, TellsTpm {

    @Override
    public EarlierTpmRemoved with(TpmTries read) {
      return new EarlierTpmRemoved(read, tpmIdentity);
    }
  }
}
