package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Case.*;

import dev.lockstep.statemachine.firstboot.Phase.*;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The machine of the first boot: from a plain root partition to an encrypted one, with a way back
 * or a way on at every instant. {@code docs/ARCHITECTURE.md} has its transition table, generated
 * from this class.
 *
 * <p>Two rules carry all others. While the disk is plain, whatever was prepared may be thrown away
 * and made again. Once placing the header may have begun, the head's only sure copy is at the
 * window's tail: nothing but the same header bytes, or that copy, is written over the head.
 */
public final class FirstBoot implements Machine<Phase, Intent, Outcome, Observation> {

  @Override
  public Phase start() {
    return new Untouched();
  }

  // ---------------------------------------------------------------- evolve

  @Override
  public Phase advance(Phase from, Outcome outcome) {
    return switch (outcome) {
      case Outcome.PreflightPassed(Job job)
          when from instanceof Untouched || from instanceof InTheClear ->
          new Cleared(job);
      case Outcome.PreflightPassed(Job job) when from instanceof Undone -> new Cleared(job);
      case Outcome.UndoBegun _ -> Undo.begun(from);
      case Outcome.HeadRestored _ when from instanceof HeadToRestore(Job job, Placement _) ->
          new ConfigurationToUnstage(job);
      case Outcome.ConfigurationUnstaged _ when from instanceof ConfigurationToUnstage(Job job) ->
          new LeftoversToRemove(job);
      case Outcome.LeftoversRemoved _ when from instanceof LeftoversToRemove(Job job) ->
          new Undone(job);
      case Outcome.ConversionKeySealed(Digest sealedKey, var _)
          when from instanceof InTheClear plain ->
          new KeySealed(plain.job(), sealedKey);
      case Outcome.HeaderPrepared(var uuid, var header, var _, var _)
          when from instanceof KeySealed(Job job, Digest sealedKey) ->
          new HeaderPrepared(job, new Credentials(sealedKey, uuid, header));
      case Outcome.HeaderPrepared(var uuid, var header, var _, var _)
          when from instanceof HeaderPrepared(Job job, Credentials(Digest sealedKey, _, _)) ->
          new HeaderPrepared(job, new Credentials(sealedKey, uuid, header));
      case Outcome.RecoveryKeyHandedOver _
          when from instanceof HeaderPrepared(Job job, Credentials credentials) ->
          new RecoveryHandedOver(job, credentials);
      case Outcome.KeysProven _
          when from instanceof RecoveryHandedOver(Job job, Credentials credentials) ->
          new KeysProven(job, credentials);
      case Outcome.ConfigurationStaged _
          when from instanceof KeysProven(Job job, Credentials credentials) ->
          new ConfigurationStaged(job, credentials);
      case Outcome.HeadStaged(Digest head)
          when from instanceof ConfigurationStaged(Job job, Credentials credentials) ->
          new HeadStaged(job, credentials, head);
      case Outcome.HeadStaged(Digest head)
          when from instanceof HeadStaged(Job job, Credentials credentials, Digest _) ->
          new HeadStaged(job, credentials, head);
      case Outcome.HeadStaged(Digest head)
          when from instanceof HeaderInitialised(Job job, Placement placement) ->
          new HeadStaged(job, placement.credentials(), head);
      case Outcome.HeaderInitialised(Digest header)
          when from instanceof HeadStaged(Job job, Credentials credentials, Digest head) ->
          new HeaderInitialised(job, new Placement(credentials, head, header));
      case Outcome.HeaderInitialised(Digest header)
          when from
              instanceof HeaderInitialised(Job job, Placement(var credentials, var head, _)) ->
          new HeaderInitialised(job, new Placement(credentials, head, header));
      case Outcome.HeadRestored _
          when from instanceof HeaderInitialised(Job job, Placement placement) ->
          new ConfigurationStaged(job, placement.credentials());
      case Outcome.HeaderPlaced _
          when from instanceof HeaderInitialised(Job job, Placement placement) ->
          new HeaderPlaced(job, placement);
      case Outcome.TakenOver(Job job, var uuid, boolean encrypted)
          when from instanceof Untouched || from instanceof InTheClear ->
          encrypted ? new MovedSegmentWiped(job, uuid) : new TakenOver(job, uuid);
      case Outcome.Converted _ when from instanceof HeaderPlaced placed ->
          new Converted(placed.job(), placed.luksUuid(), Option.some(placed.placement().head()));
      case Outcome.Converted _ when from instanceof TakenOver(Job job, var uuid) ->
          new Converted(job, uuid, Option.none());
      case Outcome.Finalised _ when from instanceof Converted(Job job, var uuid, var head) ->
          new Finalised(job, uuid, head);
      case Outcome.MovedSegmentWiped _ when from instanceof Finalised(Job job, var uuid, _) ->
          new MovedSegmentWiped(job, uuid);
      case Outcome.RestCleared(var _, long toBytes, String _)
          when from instanceof MovedSegmentWiped(Job job, var uuid) ->
          new RestCleared(job, uuid, toBytes);
      case Outcome.RestCleared(var _, long toBytes, String _)
          when from instanceof RestCleared(Job job, var uuid, long _) ->
          new RestCleared(job, uuid, toBytes);
      case Outcome.GrowthSettled _ when from instanceof MovedSegmentWiped(Job job, var uuid) ->
          new GrowthSettled(job, uuid);
      case Outcome.GrowthSettled _ when from instanceof RestCleared(Job job, var uuid, long _) ->
          new GrowthSettled(job, uuid);
      case Outcome.KeyEnrolled _ when from instanceof GrowthSettled grown -> grown;
      case Outcome.VolumeProven _ when from instanceof GrowthSettled(Job job, var uuid) ->
          new VolumeProven(job, uuid);
      case Outcome.ConversionKeyRetired _ when from instanceof VolumeProven(Job job, var uuid) ->
          new ConversionKeyRetired(job, uuid);
      case Outcome.LeftoversRemoved _
          when from instanceof ConversionKeyRetired(Job job, var uuid) ->
          new LeftoversRemoved(job, uuid);
      case Outcome.JournalAnchored _ when from instanceof LeftoversRemoved(Job job, var uuid) ->
          switch (job.volumeRole()) {
            case ROOT -> new Anchored(job, uuid);
            case DATA -> new Complete(job, uuid);
          };
      case Outcome.EntryWritten(String oldEntry, String newEntry, Digest content)
          when from instanceof Anchored(Job job, var uuid) ->
          new EntryWritten(job, uuid, oldEntry, newEntry, content);
      case Outcome.EntryWritten(String oldEntry, String newEntry, Digest content)
          when from instanceof EntryWritten written ->
          new EntryWritten(written.job(), written.luksUuid(), oldEntry, newEntry, content);
      case Outcome.EntryRetired _ when from instanceof EntryWritten written ->
          new Complete(written.job(), written.luksUuid());
      case Outcome.TpmAdded _ when from instanceof Complete(Job job, var uuid) ->
          new TpmAdded(job, uuid);
      case Outcome.TpmAdded _ when from instanceof TpmAdded added -> added;
      case Outcome.EarlierTpmRemoved _ when from instanceof TpmAdded(Job job, var uuid) ->
          new Complete(job, uuid);
      case Outcome unfitting ->
          new Contradiction(
              unfitting.getClass().getSimpleName() + " after " + from.getClass().getSimpleName());
    };
  }

  @Override
  public boolean progressed(Intent open, Intent later) {
    return open instanceof Intent.Convert(long before)
        && later instanceof Intent.Convert(long now)
        && now < before;
  }

  // ---------------------------------------------------------------- decide

  @Override
  public Either<Refusal, Decision<Intent, Outcome>> decide(
      State<Phase, Intent> state, Observation seen) {
    boolean resting = state.phase() instanceof Complete || state.phase() instanceof Undone;
    if (state.boots() > seen.policy().bootsWithoutProgress() && !resting) {
      return Either.left(Disagreement.NO_PROGRESS.refusal());
    }
    Case because = state.open().isEmpty() ? NEXT_IN_ORDER : NO_OUTCOME;
    return TryBudget.kept(state, seen, inPhase(state, seen, because));
  }

  private Either<Refusal, Decision<Intent, Outcome>> inPhase(
      State<Phase, Intent> state, Observation seen, Case because) {
    boolean undo = seen.policy().goal() == Goal.UNDO;
    return switch (state.phase()) {
      case Untouched _ when undo -> Either.right(new Decision.Rest<>());
      case Untouched _ when TakeOver.isOf(seen.volume()) ->
          TakeOver.decide(seen, Preflight.encryptedAlready());
      case Untouched _ ->
          Preflight.check(seen)
              .map(
                  job ->
                      new Decision.Adopt<>(
                          new Outcome.PreflightPassed(job), PREFLIGHT_PASSED.name()));
      case InTheClear plain ->
          otherDisk(plain.job(), seen)
              .getOrElse(
                  () ->
                      undo
                          ? Undo.ask(plain, seen)
                          : inTheClear(plain, state.open(), seen, because));
      case UnderLuks under ->
          otherDisk(under.job(), seen)
              .getOrElse(
                  () ->
                      undo ? Undo.ask(under, seen) : underLuks(under, state.open(), seen, because));
      case Withdrawing back ->
          otherDisk(back.job(), seen).getOrElse(() -> Undo.goOn(back, seen, because));
      case Contradiction(String what) -> stop(Disagreement.CONTRADICTION.refusal(what));
    };
  }

  private static Option<Either<Refusal, Decision<Intent, Outcome>>> otherDisk(
      Job job, Observation seen) {
    return Option.when(
        !job.disk().equals(seen.facts().disk()),
        () -> stop(Disagreement.JOURNAL_OF_ANOTHER_DISK.refusal()));
  }

  private Either<Refusal, Decision<Intent, Outcome>> inTheClear(
      InTheClear phase, Option<Intent> open, Observation seen, Case because) {
    return switch (phase) {
      case Cleared(Job job) ->
          whilePlain(job, seen, () -> perform(new Intent.SealConversionKey(), because));
      case KeySealed(Job job, Digest sealedKey) ->
          whilePlain(
              job,
              seen,
              () ->
                  seen.sealedKey().contains(sealedKey)
                      ? withKeys(
                          job,
                          seen,
                          () -> perform(new Intent.PrepareHeader(seen.freshUuid()), because))
                      : perform(new Intent.SealConversionKey(), CREDENTIALS_LOST));
      case HeaderPrepared(Job job, Credentials credentials) ->
          withCredentials(
              job,
              credentials,
              seen,
              () ->
                  seen.recoveryKeyInMemory()
                      ? perform(new Intent.HandOverRecoveryKey(), because)
                      : perform(
                          new Intent.PrepareHeader(seen.freshUuid()), RECOVERY_KEY_FORGOTTEN));
      case RecoveryHandedOver(Job job, Credentials credentials) ->
          withCredentials(job, credentials, seen, () -> perform(new Intent.ProveKeys(), because));
      case KeysProven(Job job, Credentials credentials) ->
          withCredentials(
              job, credentials, seen, () -> perform(new Intent.StageConfiguration(), because));
      case ConfigurationStaged(Job job, Credentials credentials) ->
          withCredentials(job, credentials, seen, () -> perform(new Intent.StageHead(), because));
      case HeadStaged(Job job, Credentials credentials, Digest head) ->
          withCredentials(
              job,
              credentials,
              seen,
              () ->
                  headIsStaged(head, seen)
                      ? perform(new Intent.InitialiseHeader(), because)
                      : perform(new Intent.StageHead(), HEAD_CHANGED));
      case HeaderInitialised(Job job, Placement placement) ->
          switch (open.getOrNull()) {
            case Intent.PlaceHeader _ -> placingMayHaveBegun(placement, seen);
            case Intent.RestoreHead _ -> restoringMayHaveBegun(placement, seen);
            case null, default ->
                seen.headIsTorn(placement)
                    ? perform(new Intent.PlaceHeader(), PLACING_UNTOLD)
                    : beforePlacing(job, placement, seen, because);
          };
    };
  }

  /** Nothing was placed: all that was prepared may be made again. */
  private Either<Refusal, Decision<Intent, Outcome>> beforePlacing(
      Job job, Placement placement, Observation seen, Case because) {
    return withCredentials(
        job,
        placement.credentials(),
        seen,
        () -> {
          if (!headIsStaged(placement.head(), seen)) {
            return perform(new Intent.StageHead(), HEAD_CHANGED);
          }
          return seen.initialisedHeader().contains(placement.header())
              ? perform(new Intent.PlaceHeader(), because)
              : perform(new Intent.InitialiseHeader(), INITIALISED_HEADER_LOST);
        });
  }

  /**
   * The head may be torn. Digests alone say what it is: a torn header can pass for a filesystem,
   * and a torn filesystem for a header.
   */
  private Either<Refusal, Decision<Intent, Outcome>> placingMayHaveBegun(
      Placement placement, Observation seen) {
    boolean fileIsWhole = seen.initialisedHeader().contains(placement.header());
    boolean copyIsWhole = seen.tail().contains(placement.head());
    if (seen.head().contains(placement.header())) {
      return adopt(new Outcome.HeaderPlaced(), HEADER_FOUND_PLACED);
    }
    if (fileIsWhole && copyIsWhole && !seen.headIsExplained()) {
      return stop(
          Disagreement.HEAD_UNEXPLAINED.refusal()); // it may hold the only copy of something
    }
    if (fileIsWhole && copyIsWhole) {
      return perform(new Intent.PlaceHeader(), HEADER_TORN);
    }
    if (seen.head().contains(placement.head())) {
      return perform(new Intent.StageHead(), HEAD_CHANGED);
    }
    if (copyIsWhole) {
      return perform(new Intent.RestoreHead(), HEADER_FILE_LOST);
    }
    return stop(Disagreement.HEAD_LOST.refusal());
  }

  private Either<Refusal, Decision<Intent, Outcome>> restoringMayHaveBegun(
      Placement placement, Observation seen) {
    if (seen.head().contains(placement.head())) {
      return adopt(new Outcome.HeadRestored(), HEAD_FOUND_RESTORED);
    }
    return seen.tail().contains(placement.head())
        ? perform(new Intent.RestoreHead(), HEADER_FILE_LOST)
        : stop(Disagreement.HEAD_LOST.refusal());
  }

  private Either<Refusal, Decision<Intent, Outcome>> underLuks(
      UnderLuks phase, Option<Intent> open, Observation seen, Case because) {
    return switch (phase) {
      case HeaderPlaced placed -> converting(placed, open, seen);
      case TakenOver taken -> converting(taken, open, seen);
      case Converted converted -> finalising(converted, open, seen);
      case Finalised _ ->
          whileEncrypted(phase, seen, _ -> perform(new Intent.WipeMovedSegment(), because));
      case MovedSegmentWiped _, RestCleared _ ->
          whileEncrypted(phase, seen, _ -> perform(RestStep.next(phase, seen), because));
      case GrowthSettled _ ->
          whileEncrypted(phase, seen, slots -> proving(phase.job(), slots, because));
      case VolumeProven _ ->
          whileEncrypted(phase, seen, slots -> retiring(phase.job(), slots, because));
      case ConversionKeyRetired _ ->
          whileEncrypted(phase, seen, _ -> perform(new Intent.RemoveLeftovers(), because));
      case LeftoversRemoved _ ->
          whileEncrypted(phase, seen, _ -> perform(new Intent.AnchorJournal(), because));
      case Anchored _ -> whileEncrypted(phase, seen, _ -> writingEntry(phase, seen, because));
      case EntryWritten written ->
          whileEncrypted(phase, seen, _ -> retiringEntry(written, seen, because));
      case Complete _ -> TpmExchange.whenComplete(open, seen);
      case TpmAdded _ ->
          whileEncrypted(phase, seen, _ -> TpmExchange.whenAdded(open, seen, because));
    };
  }

  /** Only the metadata says how far the data is, and it is read again before each resume. */
  private Either<Refusal, Decision<Intent, Outcome>> converting(
      UnderLuks phase, Option<Intent> open, Observation seen) {
    Job job = phase.job();
    return switch (seen.volume()) {
      case VolumeState.Converting(var uuid, var _, var _) when !uuid.equals(phase.luksUuid()) ->
          stop(Disagreement.VOLUME_NOT_OURS.refusal());
      case VolumeState.Converting(var _, long windowBytes, var _)
          when windowBytes != job.windowBytes() ->
          stop(Disagreement.WINDOW_DIFFERS.refusal());
      case VolumeState.Converting(var _, var _, long remainingBytes) ->
          perform(
              new Intent.Convert(remainingBytes),
              open.isEmpty() ? NEXT_IN_ORDER : CONVERSION_INTERRUPTED);
      case VolumeState.ConvertedNotFinalised(var uuid, long _) when uuid.equals(phase.luksUuid()) ->
          adopt(new Outcome.Converted(job.windowBytes()), FOUND_CONVERTED);
      case VolumeState.Encrypted(var uuid, var _) when uuid.equals(phase.luksUuid()) ->
          adopt(new Outcome.Converted(job.windowBytes()), FOUND_CONVERTED);
      case VolumeState other -> stop(Disagreement.notUnderLuks(other));
    };
  }

  private Either<Refusal, Decision<Intent, Outcome>> finalising(
      Converted phase, Option<Intent> open, Observation seen) {
    return switch (seen.volume()) {
      case VolumeState.ConvertedNotFinalised(var uuid, long _) when uuid.equals(phase.luksUuid()) ->
          perform(new Intent.Finalise(), FINISHED_NOT_FINALISED);
      case VolumeState.Encrypted(var uuid, var _) when uuid.equals(phase.luksUuid()) ->
          adopt(new Outcome.Finalised(open.isDefined()), FOUND_FINALISED);
      case VolumeState other -> stop(Disagreement.notUnderLuks(other));
    };
  }

  /** A volume that was taken over may lack keys; another tool's has none of ours. */
  private Either<Refusal, Decision<Intent, Outcome>> proving(
      Job job, Set<Slot> slots, Case because) {
    return TakeOver.missing(job, slots)
        .map(slot -> perform(new Intent.EnrolKey(slot), KEY_MISSING))
        .getOrElse(() -> perform(new Intent.ProveVolume(), because));
  }

  /** The conversion key goes only while all others are there. */
  private Either<Refusal, Decision<Intent, Outcome>> retiring(
      Job job, Set<Slot> slots, Case because) {
    if (!slots.containsAll(job.slots())) {
      return stop(Disagreement.SLOT_MISSING.refusal());
    }
    return slots.contains(Slot.CONVERSION)
        ? perform(new Intent.RetireConversionKey(), because)
        : adopt(new Outcome.ConversionKeyRetired(), SLOT_FOUND_GONE);
  }

  private Either<Refusal, Decision<Intent, Outcome>> writingEntry(
      UnderLuks phase, Observation seen, Case because) {
    Option<EntrySeen> old = seen.entryWithTrigger();
    if (old.isDefined()) {
      String oldName = old.get().name();
      return perform(new Intent.WriteEntry(oldName, EntrySwitch.newName(oldName)), because);
    }
    return seen.entryThatUnlocks(phase.luksUuid())
        .map(
            entry ->
                adopt(
                    new Outcome.EntryWritten(entry.name(), entry.name(), entry.content()),
                    ENTRY_FOUND_RETIRED))
        .getOrElse(() -> stop(Disagreement.NO_BOOT_ENTRY.refusal()));
  }

  private Either<Refusal, Decision<Intent, Outcome>> retiringEntry(
      EntryWritten phase, Observation seen, Case because) {
    Option<String> old = seen.sameEntry(phase.oldEntry()).map(EntrySeen::name);
    boolean oldIsThere = old.isDefined();
    boolean newIsWhole =
        seen.entry(phase.newEntry()).exists(e -> e.content().equals(phase.content()));
    if (newIsWhole) {
      return oldIsThere
          ? perform(new Intent.RetireEntry(old.get(), phase.newEntry()), because)
          : adopt(new Outcome.EntryRetired(phase.oldEntry()), ENTRY_FOUND_RETIRED);
    }
    return oldIsThere
        ? perform(new Intent.WriteEntry(old.get(), phase.newEntry()), ENTRY_DAMAGED)
        : stop(Disagreement.NO_BOOT_ENTRY.refusal());
  }

  // ---------------------------------------------------------------- guards

  private Either<Refusal, Decision<Intent, Outcome>> whilePlain(
      Job job, Observation seen, Supplier<Either<Refusal, Decision<Intent, Outcome>>> next) {
    if (TakeOver.isOf(seen.volume())) {
      return TakeOver.decide(seen, Disagreement.JOURNAL_BEHIND_DISK.refusal());
    }
    if (!(seen.volume() instanceof VolumeState.Plain plain)
        || !plain.uuid().equals(job.filesystem().uuid())) {
      return stop(Disagreement.notPlain(seen.volume()));
    }
    return plain.endBytes() == job.filesystem().endBytes()
        ? next.get()
        : Preflight.check(seen)
            .map(
                again ->
                    new Decision.Adopt<>(
                        new Outcome.PreflightPassed(again), FILESYSTEM_RESIZED.name()));
  }

  private Either<Refusal, Decision<Intent, Outcome>> withCredentials(
      Job job,
      Credentials credentials,
      Observation seen,
      Supplier<Either<Refusal, Decision<Intent, Outcome>>> next) {
    return whilePlain(
        job,
        seen,
        () ->
            seen.sealedKey().contains(credentials.sealedKey())
                    && seen.preparedHeader().contains(credentials.preparedHeader())
                ? withKeys(job, seen, next)
                : perform(new Intent.SealConversionKey(), CREDENTIALS_LOST));
  }

  /** A key that is gone while the disk is plain locks nobody out: others take its place. */
  private Either<Refusal, Decision<Intent, Outcome>> withKeys(
      Job job, Observation seen, Supplier<Either<Refusal, Decision<Intent, Outcome>>> next) {
    if (!seen.keysAreLost()) {
      return next.get();
    }
    return job.withTpm() && seen.facts().tpm() != TpmHealth.READY
        ? Preflight.check(seen)
            .map(again -> new Decision.Adopt<>(new Outcome.PreflightPassed(again), TPM_GONE.name()))
        : perform(new Intent.SealConversionKey(), KEYS_LOST);
  }

  private interface WithSlots {
    Either<Refusal, Decision<Intent, Outcome>> decide(Set<Slot> slots);
  }

  private static Either<Refusal, Decision<Intent, Outcome>> whileEncrypted(
      UnderLuks phase, Observation seen, WithSlots next) {
    return seen.volume() instanceof VolumeState.Encrypted(var uuid, var slots)
            && uuid.equals(phase.luksUuid())
        ? next.decide(slots)
        : stop(Disagreement.notUnderLuks(seen.volume()));
  }

  private static boolean headIsStaged(Digest head, Observation seen) {
    return seen.head().contains(head) && seen.tail().contains(head);
  }

  static Either<Refusal, Decision<Intent, Outcome>> perform(Intent intent, Case because) {
    return Either.right(new Decision.Perform<>(intent, because.name()));
  }

  static Either<Refusal, Decision<Intent, Outcome>> adopt(Outcome outcome, Case because) {
    return Either.right(new Decision.Adopt<>(outcome, because.name()));
  }

  static Either<Refusal, Decision<Intent, Outcome>> stop(Refusal refusal) {
    return Either.left(refusal);
  }
}
