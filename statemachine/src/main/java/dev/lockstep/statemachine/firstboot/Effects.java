package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.TpmIdentity;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The one place where the first boot's effects are had. Each makes what it wrote durable and reads
 * it back before it returns, so an outcome tells what is on the medium.
 */
public class Effects {

  private final Ports ports;
  private final Luks luks;
  private final BootPartition boot;

  /** Nobody can have opened a volume that was no whole volume before this run. */
  private boolean convertedInThisRun;

  public Effects(Ports ports) {
    this.ports = ports;
    this.luks = ports.luks();
    this.boot = ports.boot();
  }

  /** A pair of phase and intent that the decider never chooses is refused, untouched. */
  public final Either<Refusal, Outcome> perform(Phase phase, Intent intent) throws IOException {
    TriesMeter tries = TriesMeter.before(phase, intent, ports.keys());
    Either<Refusal, Outcome> done = tries.after(had(phase, intent));
    return done.isLeft() ? Either.left(TpmVerdict.explained(done.getLeft(), phase, ports)) : done;
  }

  private Either<Refusal, Outcome> had(Phase phase, Intent intent) throws IOException {
    try {
      return switch (phase) {
        case Phase.InTheClear plain -> inTheClear(plain, intent);
        case Phase.UnderLuks under -> underLuks(under, intent);
        case Phase.Withdrawing back -> withdrawing(back, intent);
        case Phase.Untouched _, Phase.Contradiction _ -> outOfOrder(phase, intent);
      };
    } catch (KeyRefused refused) {
      return Either.left(new Refusal(Refusal.Kind.WRONG_KEY, "KEY_REFUSED", refused.getMessage()));
    }
  }

  private Either<Refusal, Outcome> inTheClear(Phase.InTheClear phase, Intent intent)
      throws IOException, KeyRefused {
    Job job = phase.job();
    return switch (intent) {
      case Intent.SealConversionKey _ -> sealConversionKey(job);
      case Intent.PrepareHeader(UUID uuid)
          when phase instanceof Phase.KeySealed(_, var sealedKey) ->
          prepareHeader(job, sealedKey, uuid);
      case Intent.PrepareHeader(UUID uuid)
          when phase instanceof Phase.HeaderPrepared(_, var credentials) ->
          prepareHeader(job, credentials.sealedKey(), uuid);
      case Intent.HandOverRecoveryKey _ ->
          Either.right(new Outcome.RecoveryKeyHandedOver(ports.keys().handOverRecoveryKey()));
      case Intent.ProveKeys _ when phase instanceof Phase.RecoveryHandedOver(_, var credentials) ->
          proveKeys(phase.job(), credentials);
      case Intent.StageConfiguration _ when phase instanceof Phase.KeysProven(_, var credentials) ->
          Either.right(
              new Outcome.ConfigurationStaged(
                  ports.root().stage(credentials.luksUuid(), Slot.opener(job.slots()))));
      case Intent.StageHead _ -> stageHead(job);
      case Intent.InitialiseHeader _
          when phase instanceof Phase.HeadStaged(_, var credentials, var head) ->
          initialiseHeader(job, credentials, head);
      case Intent.InitialiseHeader _
          when phase instanceof Phase.HeaderInitialised(_, var placement) ->
          initialiseHeader(job, placement.credentials(), placement.head());
      case Intent.PlaceHeader _ when phase instanceof Phase.HeaderInitialised(_, var placement) ->
          placeHeader(job, placement);
      case Intent.RestoreHead _ when phase instanceof Phase.HeaderInitialised(_, var placement) ->
          restoreHead(job, placement);
      case Intent unfitting -> outOfOrder(phase, unfitting);
    };
  }

  private Either<Refusal, Outcome> underLuks(Phase.UnderLuks phase, Intent intent)
      throws IOException, KeyRefused {
    Job job = phase.job();
    return switch (intent) {
      case Intent.Convert _ when phase instanceof Phase.HeaderPlaced(_, var placement) ->
          convert(job, vouchedSealedKey(placement.credentials().sealedKey()));
      case Intent.Convert _ when phase instanceof Phase.TakenOver -> convert(job, anySealedKey());
      case Intent.Finalise _ when phase instanceof Phase.Converted(_, _, var head) ->
          finalise(job, head);
      case Intent.WipeMovedSegment _ when phase instanceof Phase.Finalised(_, _, var head) ->
          wipeMovedSegment(job, head);
      case Intent.ClearRest slice
          when phase instanceof Phase.MovedSegmentWiped || phase instanceof Phase.RestCleared ->
          clearRest(job, slice);
      case Intent.SettleGrowth _
          when phase instanceof Phase.MovedSegmentWiped || phase instanceof Phase.RestCleared ->
          Either.right(new Outcome.GrowthSettled(ports.growth().settle()));
      case Intent.EnrolKey(Slot slot) when phase instanceof Phase.GrowthSettled ->
          enrolKey(job, slot);
      case Intent.AddTpm _
          when phase instanceof Phase.Complete || phase instanceof Phase.TpmAdded ->
          addTpm(job);
      case Intent.RemoveEarlierTpm _ when phase instanceof Phase.TpmAdded -> removeEarlierTpm(job);
      case Intent.ProveVolume _ when phase instanceof Phase.GrowthSettled -> proveVolume(job);
      case Intent.RetireConversionKey _ when phase instanceof Phase.VolumeProven ->
          retireConversionKey(job);
      case Intent.RemoveLeftovers _ when phase instanceof Phase.ConversionKeyRetired -> {
        if (job.volumeRole() == Role.DATA) {
          ports.root().activate(phase.luksUuid()); // first: a cut leads back here, and then not
        }
        yield removeLeftovers();
      }
      case Intent.AnchorJournal _ when phase instanceof Phase.LeftoversRemoved ->
          anchorJournal(job);
      case Intent.WriteEntry(String oldEntry, String newEntry) ->
          writeEntry(job, phase.luksUuid(), oldEntry, newEntry);
      case Intent.RetireEntry(String oldEntry, String _)
          when phase instanceof Phase.EntryWritten written ->
          retireEntry(written, oldEntry);
      case Intent unfitting -> outOfOrder(phase, unfitting);
    };
  }

  private Either<Refusal, Outcome> withdrawing(Phase.Withdrawing phase, Intent intent)
      throws IOException {
    return switch (intent) {
      case Intent.RestoreHead _ when phase instanceof Phase.HeadToRestore(Job job, var placement) ->
          restoreHead(job, placement);
      case Intent.UnstageConfiguration _ when phase instanceof Phase.ConfigurationToUnstage ->
          unstageConfiguration();
      case Intent.RemoveLeftovers _ when phase instanceof Phase.LeftoversToRemove ->
          removeLeftovers();
      case Intent unfitting -> outOfOrder(phase, unfitting);
    };
  }

  protected Either<Refusal, Outcome> unstageConfiguration() throws IOException {
    ports.root().unstage();
    return Either.right(new Outcome.ConfigurationUnstaged());
  }

  // ---------------------------------------------------------------- keys, while the disk is plain

  protected Either<Refusal, Outcome> sealConversionKey(Job job) throws IOException, KeyRefused {
    byte[] blob =
        job.withTpm()
            ? ports.keys().sealNewConversionKey(job.pcrs())
            : ports.keys().noteNewConversionKey();
    Digest digest = PreparedFile.SEALED_KEY.write(boot, blob);
    ports.keys().unseal(blob); // a blob that its own TPM does not open would lock the disk
    return Either.right(new Outcome.ConversionKeySealed(digest));
  }

  protected Either<Refusal, Outcome> prepareHeader(Job job, Digest sealedKey, UUID uuid)
      throws IOException, KeyRefused {
    recallConversionKey(sealedKey);
    byte[] header = luks.formatHeader(uuid, job.slots(), job.pcrs(), job.sectorBytes());
    return Either.right(
        new Outcome.HeaderPrepared(
            uuid, PreparedFile.PREPARED_HEADER.write(boot, header), tpmIdentity(job)));
  }

  /** Where keys of the TPM's were made: which one it is, to tell it from another later. */
  private TpmIdentity tpmIdentity(Job job) {
    return job.withTpm()
        ? ports.keys().tpmIdentity(job.disk().partitionUuid())
        : TpmIdentity.NOT_TOLD;
  }

  /** From what a later boot will have: the sealed blob and the file, not this run's memory. */
  protected Either<Refusal, Outcome> proveKeys(Job job, Credentials credentials)
      throws IOException, KeyRefused {
    ports.keys().unseal(PreparedFile.SEALED_KEY.read(boot, credentials.sealedKey()));
    byte[] header = PreparedFile.PREPARED_HEADER.read(boot, credentials.preparedHeader());
    if (!luks.opensHeader(Slot.CONVERSION, header)) {
      return doesNotOpen(Slot.CONVERSION, "the prepared header");
    }
    for (Slot slot : job.slots()) {
      if (!luks.opensHeader(slot, header)) {
        return doesNotOpen(slot, "the prepared header");
      }
    }
    return Either.right(new Outcome.KeysProven());
  }

  /** Empty, and so refused by the TPM, where it is missing or damaged. */
  private byte[] vouchedSealedKey(Digest sealedKey) throws IOException {
    return boot.read(PreparedFile.SEALED_KEY.path())
        .filter(blob -> Digest.of(blob).equals(sealedKey))
        .getOrElse(new byte[0]);
  }

  /** No journal vouches for it: whether it is the volume's own shows when it opens that. */
  protected final byte[] anySealedKey() throws IOException {
    return boot.read(PreparedFile.SEALED_KEY.path()).getOrElse(new byte[0]);
  }

  /** An earlier run's key is not in this one's memory. */
  private void recallConversionKey(Digest sealedKey) throws IOException, KeyRefused {
    ports.keys().recall(PreparedFile.SEALED_KEY.read(boot, sealedKey));
  }

  // ---------------------------------------------------------------- the head and the header

  /** libcryptsetup copies the head too, but never flushes the copy: so it is there before. */
  protected Either<Refusal, Outcome> stageHead(Job job) throws IOException {
    Volume volume = volume(job);
    head(job).copyTo(tail(job));
    volume.flush(); // without it a cut in the placing finds neither head nor copy
    Digest head = head(job).digest();
    return tail(job).digest().equals(head)
        ? Either.right(new Outcome.HeadStaged(head))
        : readBack("the head's copy");
  }

  protected Either<Refusal, Outcome> initialiseHeader(Job job, Credentials credentials, Digest head)
      throws IOException, KeyRefused {
    recallConversionKey(credentials.sealedKey());
    byte[] prepared = PreparedFile.PREPARED_HEADER.read(boot, credentials.preparedHeader());
    byte[] header = luks.initialise(prepared, job.windowBytes());
    volume(job).flush();
    if (!tail(job).digest().equals(head)) {
      return readBack("the head's copy");
    }
    return Either.right(
        new Outcome.HeaderInitialised(PreparedFile.INITIALISED_HEADER.write(boot, header)));
  }

  /** Twice is as good as once; initialising twice would copy a torn head over the good copy. */
  protected Either<Refusal, Outcome> placeHeader(Job job, Placement placement) throws IOException {
    byte[] header = PreparedFile.INITIALISED_HEADER.read(boot, placement.header());
    if (!tail(job).digest().equals(placement.head())) {
      return readBack("the head's copy"); // never overwrite the head without its copy
    }
    // Torn, the head must not pass for the filesystem that it was: who mounts that writes to it.
    head(job).fillSignatures(header);
    volume(job).flush();
    head(job).fill(header);
    volume(job).flush();
    return head(job).digest().equals(placement.header())
        ? Either.right(new Outcome.HeaderPlaced())
        : readBack("the placed header");
  }

  protected Either<Refusal, Outcome> restoreHead(Job job, Placement placement) throws IOException {
    if (!tail(job).digest().equals(placement.head())) {
      return readBack("the head's copy");
    }
    tail(job).copyAllButSignaturesTo(head(job));
    volume(job).flush(); // whole before anybody takes it for a filesystem
    tail(job).copyTo(head(job));
    volume(job).flush();
    return head(job).digest().equals(placement.head())
        ? Either.right(new Outcome.HeadRestored())
        : readBack("the restored head");
  }

  // ---------------------------------------------------------------- the conversion

  /** The ladder: stage, repair, read the state again, resume; what is finished never. */
  protected Either<Refusal, Outcome> convert(Job job, byte[] sealedKey)
      throws IOException, KeyRefused {
    // Any slot's key converts: where the sealed one is damaged, another may be at hand.
    ports.keys().recall(sealedKey);
    luks.stageHotZone(); // before repair, which writes it and its header with no flush between
    luks.repair();
    boolean converting = luks.look() instanceof VolumeState.Converting;
    if (converting && !luks.resume(ports.progress())) {
      return Either.left(
          new Refusal(
              Refusal.Kind.SAFE_POINT,
              "ASKED_TO_STOP",
              "The conversion stopped at a safe point; run the same command again to go on."));
    }
    volume(job).flush(); // libcryptsetup's own syncs fail without a word
    convertedInThisRun = converting;
    return switch (luks.look()) {
      case VolumeState.ConvertedNotFinalised _, VolumeState.Encrypted _ ->
          Either.right(new Outcome.Converted(job.windowBytes()));
      case VolumeState other -> unexpected("the conversion", other);
    };
  }

  /** The head's copy goes first: afterwards no metadata names it any more. */
  protected Either<Refusal, Outcome> finalise(Job job, Option<Digest> stagedHead)
      throws IOException, KeyRefused {
    Option<Refusal> kept = wipeTail(job, stagedHead);
    if (kept.isDefined()) {
      return Either.left(kept.get());
    }
    luks.finalise();
    volume(job).flush();
    return luks.look() instanceof VolumeState.Encrypted
        ? Either.right(new Outcome.Finalised(true))
        : unexpected("finalising", luks.look());
  }

  protected Either<Refusal, Outcome> wipeMovedSegment(Job job, Option<Digest> stagedHead)
      throws IOException, KeyRefused {
    Option<Refusal> kept = wipeTail(job, stagedHead);
    return kept.isDefined()
        ? Either.left(kept.get())
        : Either.right(new Outcome.MovedSegmentWiped());
  }

  /**
   * Leaves nothing of the head's plain copy.
   *
   * @return why it is not wiped
   */
  protected Option<Refusal> wipeTail(Job job, Option<Digest> stagedHead)
      throws IOException, KeyRefused {
    return new MovedSegment(ports, job).wipe(anySealedKey(), stagedHead, convertedInThisRun);
  }

  protected Either<Refusal, Outcome> clearRest(Job job, Intent.ClearRest slice)
      throws IOException, KeyRefused {
    return new RestClearing(ports, job).clear(slice, anySealedKey());
  }

  // ---------------------------------------------------------------- sealing

  /** The recovery key is in the operator's hands before its slot is there: never a slot alone. */
  protected Either<Refusal, Outcome> enrolKey(Job job, Slot slot) throws IOException, KeyRefused {
    ports.keys().recall(anySealedKey());
    String how = "enrolled in the finished volume";
    if (slot == Slot.RECOVERY) {
      ports.keys().makeRecoveryKey();
      how = ports.keys().handOverRecoveryKey();
    }
    luks.addSlot(slot, job.pcrs());
    volume(job).flush();
    return luks.look() instanceof VolumeState.Encrypted(_, var slots) && slots.contains(slot)
        ? Either.right(
            new Outcome.KeyEnrolled(
                slot, how, slot.isTpms() ? tpmIdentity(job) : TpmIdentity.NOT_TOLD))
        : unexpected("enrolling the " + slot + " slot", luks.look());
  }

  /**
   * Of two tokens for the same PCRs the enrolling tool makes no second: hence the setting aside.
   */
  protected Either<Refusal, Outcome> addTpm(Job job) throws IOException, KeyRefused {
    luks.setTpmAside(); // with a key at hand that opens the volume, or not at all
    luks.addSlot(Slot.TPM2, job.pcrs());
    volume(job).flush();
    return luks.look() instanceof VolumeState.Encrypted(_, var slots) && slots.contains(Slot.TPM2)
        ? Either.right(new Outcome.TpmAdded(TpmTries.NOT_READ, tpmIdentity(job)))
        : unexpected("enrolling the present TPM", luks.look());
  }

  protected Either<Refusal, Outcome> removeEarlierTpm(Job job) throws IOException, KeyRefused {
    if (!luks.opensVolume(Slot.TPM2)) {
      return doesNotOpen(Slot.TPM2, "the finished volume");
    }
    luks.removeTpmSetAside();
    volume(job).flush();
    return luks.tpmIsSetAside()
        ? readBack("the removal of the earlier TPM's slot")
        : Either.right(new Outcome.EarlierTpmRemoved(TpmTries.NOT_READ, tpmIdentity(job)));
  }

  protected Either<Refusal, Outcome> proveVolume(Job job) throws IOException, KeyRefused {
    for (Slot slot : job.slots()) {
      if (!luks.opensVolume(slot)) {
        return doesNotOpen(slot, "the finished volume");
      }
    }
    return Either.right(new Outcome.VolumeProven());
  }

  protected Either<Refusal, Outcome> retireConversionKey(Job job) throws IOException, KeyRefused {
    luks.killConversionSlot();
    volume(job).flush();
    return luks.look() instanceof VolumeState.Encrypted(_, var slots)
            && !slots.contains(Slot.CONVERSION)
        ? Either.right(new Outcome.ConversionKeyRetired())
        : unexpected("removing the conversion key's slot", luks.look());
  }

  protected Either<Refusal, Outcome> removeLeftovers() throws IOException {
    for (PreparedFile file : PreparedFile.values()) {
      boot.erase(file.path());
      if (boot.read(file.path()).isDefined()) {
        return readBack("the removal of " + file.path());
      }
    }
    return Either.right(new Outcome.LeftoversRemoved());
  }

  protected Either<Refusal, Outcome> anchorJournal(Job job) throws IOException {
    Digest head = ports.journal().head();
    luks.anchor(head);
    volume(job).flush();
    return luks.anchored().contains(head)
        ? Either.right(new Outcome.JournalAnchored(head))
        : readBack("the journal's anchor");
  }

  // ---------------------------------------------------------------- the boot entry

  protected Either<Refusal, Outcome> writeEntry(
      Job job, UUID luksUuid, String oldEntry, String newEntry) throws IOException {
    byte[] old =
        boot.read(EntrySwitch.path(oldEntry))
            .getOrElseThrow(() -> new IOException(oldEntry + " is not there any more"));
    Either<String, String> edited =
        EntrySwitch.encrypted(new String(old, StandardCharsets.UTF_8), luksUuid, job.slots());
    if (edited.isLeft()) {
      return Either.left(
          Refusal.needsPerson("ENTRY_UNREADABLE", oldEntry + ": " + edited.getLeft()));
    }
    byte[] content = edited.get().getBytes(StandardCharsets.UTF_8);
    return new EntryWriting(boot, EntrySwitch.path(newEntry)).write(content)
        ? Either.right(new Outcome.EntryWritten(oldEntry, newEntry, Digest.of(content)))
        : readBack(newEntry);
  }

  protected Either<Refusal, Outcome> retireEntry(Phase.EntryWritten phase, String oldEntry)
      throws IOException {
    Digest found =
        boot.read(EntrySwitch.path(phase.newEntry()))
            .map(Digest::of)
            .getOrElse(Digest.of(new byte[0]));
    if (!found.equals(phase.content())) {
      return readBack(phase.newEntry());
    }
    boot.delete(EntrySwitch.path(oldEntry));
    return Either.right(new Outcome.EntryRetired(oldEntry));
  }

  // ---------------------------------------------------------------- refusals

  protected Volume volume(Job job) {
    return ports.volume().apply(job.windowBytes());
  }

  private Span head(Job job) {
    return new Span(volume(job), 0, job.shiftBytes());
  }

  private Span tail(Job job) {
    return new Span(volume(job), job.tailOffsetBytes(), job.shiftBytes());
  }

  private static <T> Either<Refusal, T> readBack(String what) {
    return Either.left(readBackRefusal(what));
  }

  static Refusal readBackRefusal(String what) {
    return Refusal.failed(
        "READ_BACK", what + " reads back otherwise than it was written; the disk may be failing.");
  }

  private static <T> Either<Refusal, T> unexpected(String what, VolumeState found) {
    return Either.left(
        Refusal.failed(
            "UNEXPECTED_STATE",
            "After "
                + what
                + " the volume was found "
                + found.getClass().getSimpleName()
                + "; run the same command again."));
  }

  private static <T> Either<Refusal, T> doesNotOpen(Slot slot, String what) {
    return Either.left(
        new Refusal(
            Refusal.Kind.WRONG_KEY,
            "SLOT_DOES_NOT_OPEN",
            "The " + slot + " slot does not open " + what + "; nothing was given up."));
  }

  private static <T> Either<Refusal, T> outOfOrder(Phase phase, Intent intent) {
    return Either.left(
        Refusal.needsPerson(
            "OUT_OF_ORDER",
            intent.getClass().getSimpleName()
                + " can't follow "
                + phase.getClass().getSimpleName()
                + "; nothing was written."));
  }
}
