package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every case and every disagreement of the decider has a test here that reaches it. */
class FirstBootTest {

  /** Those of the way back are reached in {@link UndoTest}. */
  @AfterAll
  static void everyCaseWasReached() {
    REACHED.addAll(CASES_ELSEWHERE);
    DISAGREED.addAll(DISAGREEMENTS_ELSEWHERE);
    assertThat(REACHED).containsAll(EnumSet.allOf(Case.class));
    assertThat(DISAGREED).containsAll(EnumSet.allOf(Disagreement.class));
  }

  private static final Phase.HeaderInitialised INITIALISED_PHASE =
      new Phase.HeaderInitialised(JOB, PLACEMENT);
  private static final Phase.HeaderPlaced PLACED = new Phase.HeaderPlaced(JOB, PLACEMENT);
  private static final Phase.EntryWritten WRITTEN =
      new Phase.EntryWritten(JOB, LUKS, OLD_ENTRY.name(), NEW_ENTRY.name(), ENTRY);

  @Nested
  class WhileThePlainDiskIsPrepared {

    @Test
    void preflightFixesTheJobAndHasNoEffect() {
      adopts(
          in(new Phase.Untouched()),
          plain(),
          new Outcome.PreflightPassed(JOB),
          Case.PREFLIGHT_PASSED);
    }

    @Test
    void theStepsFollowInOrder() {
      next(new Phase.Cleared(JOB), plain(), new Intent.SealConversionKey());
      next(new Phase.KeySealed(JOB, SEALED), plain(), new Intent.PrepareHeader(FRESH));
      next(new Phase.HeaderPrepared(JOB, CREDENTIALS), plain(), new Intent.HandOverRecoveryKey());
      next(new Phase.RecoveryHandedOver(JOB, CREDENTIALS), plain(), new Intent.ProveKeys());
      next(new Phase.KeysProven(JOB, CREDENTIALS), plain(), new Intent.StageConfiguration());
      next(new Phase.ConfigurationStaged(JOB, CREDENTIALS), plain(), new Intent.StageHead());
      next(new Phase.HeadStaged(JOB, CREDENTIALS, HEAD), plain(), new Intent.InitialiseHeader());
      next(INITIALISED_PHASE, plain(), new Intent.PlaceHeader());
    }

    @Test
    void aStepWithoutItsOutcomeIsDoneAgain() {
      performs(
          in(new Phase.ConfigurationStaged(JOB, CREDENTIALS), new Intent.StageHead()),
          plain(),
          new Intent.StageHead(),
          Case.NO_OUTCOME);
    }

    @Test
    void aRecoveryKeyThatWentWithMemoryIsReplaced() {
      Seen seen = plain();
      seen.recoveryKeyInMemory = false;
      performs(
          in(new Phase.HeaderPrepared(JOB, CREDENTIALS)),
          seen,
          new Intent.PrepareHeader(FRESH),
          Case.RECOVERY_KEY_FORGOTTEN);
    }

    @Test
    void aKeyThatIsGoneWhileTheDiskIsPlainIsReplaced() {
      for (Phase phase :
          List.of(
              new Phase.KeySealed(JOB, SEALED),
              new Phase.HeaderPrepared(JOB, CREDENTIALS),
              new Phase.RecoveryHandedOver(JOB, CREDENTIALS),
              new Phase.ConfigurationStaged(JOB, CREDENTIALS),
              INITIALISED_PHASE)) {
        Seen seen = plain();
        seen.keysAreLost = true;
        performs(in(phase), seen, new Intent.SealConversionKey(), Case.KEYS_LOST);
      }
    }

    @Test
    void onceTheHeaderMayBePlacedNoKeyIsMadeAnew() {
      Seen seen = plain();
      seen.keysAreLost = true;
      seen.head = Option.some(TORN);
      performs(
          in(INITIALISED_PHASE, new Intent.PlaceHeader()),
          seen,
          new Intent.PlaceHeader(),
          Case.HEADER_TORN);
    }

    @Test
    void aTpmThatIsGoneWhileTheDiskIsPlainIsCheckedAgain() {
      Seen seen = plain();
      seen.keysAreLost = true;
      seen.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.ABSENT, "None.", 1000, false);
      assertThat(decide(in(new Phase.KeysProven(JOB, CREDENTIALS)), seen).getLeft().code())
          .isEqualTo("NO_TPM");
      seen.policy =
          POLICY.with(
              new KeyChoice(
                  Job.STANDARD_SLOTS, Option.none(), WhenNoTpm.RECOVERY_ONLY, WhenNoTpm.CLEAR));
      Job again = new Job(DISK, FILESYSTEM, 100, 1000, 2000, List.of(7), List.of(Slot.RECOVERY));
      adopts(
          in(new Phase.KeysProven(JOB, CREDENTIALS)),
          seen,
          new Outcome.PreflightPassed(again),
          Case.TPM_GONE);
    }

    @Test
    void aDamagedPreparedFileMeansAllKeysAnew() {
      Seen seen = plain();
      seen.preparedHeader = Option.some(TORN);
      performs(
          in(new Phase.KeysProven(JOB, CREDENTIALS)),
          seen,
          new Intent.SealConversionKey(),
          Case.CREDENTIALS_LOST);
      seen = plain();
      seen.sealedKey = Option.none();
      performs(in(INITIALISED_PHASE), seen, new Intent.SealConversionKey(), Case.CREDENTIALS_LOST);
    }

    @Test
    void aHeadThatChangedSinceIsStagedAnew() {
      Seen seen = plain();
      seen.head = Option.some(TORN);
      performs(
          in(new Phase.HeadStaged(JOB, CREDENTIALS, HEAD)),
          seen,
          new Intent.StageHead(),
          Case.HEAD_CHANGED);
      seen = plain();
      seen.tail = Option.some(TORN);
      performs(in(INITIALISED_PHASE), seen, new Intent.StageHead(), Case.HEAD_CHANGED);
    }

    @Test
    void anInitialisedHeaderThatIsDamagedBeforeItIsPlacedIsMadeAnew() {
      Seen seen = plain();
      seen.initialisedHeader = Option.some(TORN);
      performs(
          in(INITIALISED_PHASE), seen, new Intent.InitialiseHeader(), Case.INITIALISED_HEADER_LOST);
    }

    @Test
    void aFilesystemThatWasResizedIsCheckedAnew() {
      Seen seen = plain();
      seen.volume = new Plain("ext4", "filesystem-uuid", 900, 10);
      adopts(
          in(new Phase.KeysProven(JOB, CREDENTIALS)),
          seen,
          new Outcome.PreflightPassed(
              new Job(DISK, (Plain) seen.volume, 100, 1100, 2000, List.of(7))),
          Case.FILESYSTEM_RESIZED);
    }

    @Test
    void aFilesystemThatGrewIntoTheReserveIsRefused() {
      Seen seen = plain();
      seen.volume = new Plain("ext4", "filesystem-uuid", 1900, 10);
      assertThat(decide(in(new Phase.KeysProven(JOB, CREDENTIALS)), seen).getLeft().code())
          .isEqualTo("FILESYSTEM_IN_RESERVE");
    }

    @Test
    void whatIsNotThePlainFilesystemOfTheJournalIsLeftAlone() {
      Phase phase = new Phase.KeysProven(JOB, CREDENTIALS);
      stops(
          in(phase),
          underLuks(new Plain("ext4", "another", 800, 10)),
          Disagreement.FILESYSTEM_REPLACED);
      stops(in(phase), encrypted(), Disagreement.JOURNAL_BEHIND_DISK); // and none of ours
      stops(
          in(phase),
          underLuks(new VolumeState.Unrecognised("zeros")),
          Disagreement.HEAD_UNREADABLE);
      stops(
          in(phase),
          underLuks(new VolumeState.ForeignConversion(OTHER, "decryption")),
          Disagreement.FOREIGN_CONVERSION);
    }
  }

  @Nested
  class WhileTheHeaderMayBeTorn {

    private final State<Phase, Intent> placing = in(INITIALISED_PHASE, new Intent.PlaceHeader());

    @Test
    void theSameBytesArePlacedAgain() {
      Seen seen = underLuks(new VolumeState.Unrecognised("torn"));
      seen.head = Option.some(TORN);
      performs(placing, seen, new Intent.PlaceHeader(), Case.HEADER_TORN);
    }

    @Test
    void aTornHeadThatPassesForSomethingElseIsStillTorn() {
      for (VolumeState looksLike :
          List.of(FILESYSTEM, new VolumeState.Converting(LUKS, 1000, 900), encrypted().volume)) {
        Seen seen = underLuks(looksLike);
        seen.head = Option.some(TORN);
        performs(placing, seen, new Intent.PlaceHeader(), Case.HEADER_TORN);
      }
    }

    @Test
    void aHeaderThatIsThereInFullIsAdopted() {
      Seen seen = underLuks(new VolumeState.Converting(LUKS, 1000, 900));
      seen.head = Option.some(INITIALISED);
      adopts(placing, seen, new Outcome.HeaderPlaced(), Case.HEADER_FOUND_PLACED);
    }

    @Test
    void withoutItsFileTheHeadIsPutBack() {
      Seen seen = plain();
      seen.head = Option.some(TORN);
      seen.initialisedHeader = Option.none();
      performs(placing, seen, new Intent.RestoreHead(), Case.HEADER_FILE_LOST);
      performs(
          in(INITIALISED_PHASE, new Intent.RestoreHead()),
          seen,
          new Intent.RestoreHead(),
          Case.HEADER_FILE_LOST);
    }

    @Test
    void aHeadThatWasPutBackIsAdopted() {
      adopts(
          in(INITIALISED_PHASE, new Intent.RestoreHead()),
          plain(),
          new Outcome.HeadRestored(),
          Case.HEAD_FOUND_RESTORED);
    }

    @Test
    void anUntouchedHeadWithoutACopyIsStagedAnew() {
      Seen seen = plain();
      seen.tail = Option.some(TORN);
      performs(placing, seen, new Intent.StageHead(), Case.HEAD_CHANGED);
    }

    /** The plain system was booted after the intent, or the journal lost its newest records. */
    @Test
    void aHeadThatNoCutExplainsIsNotOverwritten() {
      Seen seen = plain();
      seen.head = Option.some(TORN);
      seen.headIsExplained = false;
      stops(placing, seen, Disagreement.HEAD_UNEXPLAINED);
      seen = underLuks(new VolumeState.Converting(LUKS, 1000, 700));
      seen.head = Option.some(TORN);
      seen.headIsExplained = false;
      stops(placing, seen, Disagreement.HEAD_UNEXPLAINED);
    }

    @Test
    void withoutHeadAndCopyNothingIsWritten() {
      Seen seen = plain();
      seen.head = Option.some(TORN);
      seen.tail = Option.some(TORN);
      stops(placing, seen, Disagreement.HEAD_LOST);
      stops(in(INITIALISED_PHASE, new Intent.RestoreHead()), seen, Disagreement.HEAD_LOST);
    }

    /** The one state that no case may ever choose: it copies a torn head over the good copy. */
    @Test
    void theHeaderIsNeverInitialisedASecondTime() {
      for (Option<Digest> head : digests()) {
        for (Option<Digest> tail : digests()) {
          for (Option<Digest> file : digests()) {
            Seen seen = plain();
            seen.head = head;
            seen.tail = tail;
            seen.initialisedHeader = file;
            assertThat(decide(placing, seen).toString()).doesNotContain("InitialiseHeader[");
          }
        }
      }
    }

    private List<Option<Digest>> digests() {
      return List.of(Option.none(), Option.some(HEAD), Option.some(INITIALISED), Option.some(TORN));
    }
  }

  @Nested
  class WhileDataIsConverted {

    @Test
    void theMetadataSaysHowFar() {
      Seen seen = underLuks(new VolumeState.Converting(LUKS, 1000, 700));
      next(PLACED, seen, new Intent.Convert(700));
      performs(
          in(PLACED, new Intent.Convert(900)),
          seen,
          new Intent.Convert(700),
          Case.CONVERSION_INTERRUPTED);
    }

    @Test
    void finishedDataIsNeverResumed() {
      Seen seen = underLuks(new VolumeState.ConvertedNotFinalised(LUKS, 1000));
      adopts(
          in(PLACED, new Intent.Convert(900)),
          seen,
          new Outcome.Converted(1000),
          Case.FOUND_CONVERTED);
      performs(
          in(new Phase.Converted(JOB, LUKS, Option.none())),
          seen,
          new Intent.Finalise(),
          Case.FINISHED_NOT_FINALISED);
    }

    @Test
    void finishedMetadataIsAdopted() {
      adopts(in(PLACED), encrypted(), new Outcome.Converted(1000), Case.FOUND_CONVERTED);
      adopts(
          in(new Phase.Converted(JOB, LUKS, Option.none())),
          encrypted(),
          new Outcome.Finalised(false),
          Case.FOUND_FINALISED);
      adopts(
          in(new Phase.Converted(JOB, LUKS, Option.none()), new Intent.Finalise()),
          encrypted(),
          new Outcome.Finalised(true),
          Case.FOUND_FINALISED);
    }

    @Test
    void anotherVolumeIsLeftAlone() {
      stops(
          in(PLACED),
          underLuks(new VolumeState.Converting(OTHER, 1000, 700)),
          Disagreement.VOLUME_NOT_OURS);
      stops(
          in(PLACED),
          underLuks(new VolumeState.Converting(LUKS, 2000, 700)),
          Disagreement.WINDOW_DIFFERS);
      stops(in(PLACED), plain(), Disagreement.JOURNAL_AHEAD_OF_DISK);
      stops(
          in(PLACED),
          underLuks(new VolumeState.Encrypted(OTHER, Set.of())),
          Disagreement.VOLUME_NOT_OURS);
      stops(
          in(new Phase.Converted(JOB, LUKS, Option.none())),
          underLuks(new VolumeState.Converting(LUKS, 1000, 10)),
          Disagreement.JOURNAL_AHEAD_OF_DISK);
    }
  }

  @Nested
  class OnceTheVolumeIsFinished {

    @Test
    void theStepsFollowInOrder() {
      next(
          new Phase.Finalised(JOB, LUKS, Option.none()),
          encrypted(),
          new Intent.WipeMovedSegment());
      next(new Phase.RestCleared(JOB, LUKS, 2000), encrypted(), new Intent.SettleGrowth());
      next(new Phase.GrowthSettled(JOB, LUKS), encrypted(), new Intent.ProveVolume());
      next(new Phase.VolumeProven(JOB, LUKS), encrypted(), new Intent.RetireConversionKey());
      next(new Phase.ConversionKeyRetired(JOB, LUKS), encrypted(), new Intent.RemoveLeftovers());
      next(new Phase.LeftoversRemoved(JOB, LUKS), encrypted(), new Intent.AnchorJournal());
      next(
          new Phase.Anchored(JOB, LUKS),
          encrypted(),
          new Intent.WriteEntry("os.conf", "os~encrypted.conf"));
      Seen both = encrypted();
      both.entries = List.of(OLD_ENTRY, NEW_ENTRY);
      next(WRITTEN, both, new Intent.RetireEntry("os.conf", "os~encrypted.conf"));
      assertThat(decide(in(new Phase.Complete(JOB, LUKS)), encrypted()).get())
          .isInstanceOf(Decision.Rest.class);
    }

    @Test
    void theConversionKeyStaysWhileAnotherSlotIsMissing() {
      stops(
          in(new Phase.VolumeProven(JOB, LUKS)),
          encrypted(Slot.CONVERSION, Slot.RECOVERY),
          Disagreement.SLOT_MISSING);
      stops(
          in(new Phase.VolumeProven(JOB, LUKS)),
          encrypted(Slot.CONVERSION, Slot.TPM2),
          Disagreement.SLOT_MISSING);
    }

    @Test
    void aSlotThatIsGoneIsAdopted() {
      adopts(
          in(new Phase.VolumeProven(JOB, LUKS), new Intent.RetireConversionKey()),
          encrypted(Slot.TPM2, Slot.RECOVERY),
          new Outcome.ConversionKeyRetired(),
          Case.SLOT_FOUND_GONE);
    }

    @Test
    void aDamagedNewEntryIsWrittenAgainWhileTheOldOneIsThere() {
      performs(
          in(WRITTEN),
          encrypted(),
          new Intent.WriteEntry("os.conf", "os~encrypted.conf"),
          Case.ENTRY_DAMAGED);
    }

    @Test
    void anOldEntryThatIsGoneIsAdopted() {
      Seen seen = encrypted();
      seen.entries = List.of(NEW_ENTRY);
      adopts(in(WRITTEN), seen, new Outcome.EntryRetired("os.conf"), Case.ENTRY_FOUND_RETIRED);
      adopts(
          in(new Phase.Anchored(JOB, LUKS)),
          seen,
          new Outcome.EntryWritten(NEW_ENTRY.name(), NEW_ENTRY.name(), ENTRY),
          Case.ENTRY_FOUND_RETIRED);
    }

    @Test
    void anOldEntryWhoseTriesTheLoaderCountedIsStillTheOldEntry() {
      Seen seen = encrypted();
      EntrySeen counted =
          new EntrySeen(
              "os+2-1.conf", true, Option.none(), List.of(7), Option.none(), digest("old entry"));
      seen.entries = List.of(counted, NEW_ENTRY);
      next(WRITTEN, seen, new Intent.RetireEntry("os+2-1.conf", "os~encrypted.conf"));
    }

    @Test
    void withoutAnyEntryAPersonIsAsked() {
      Seen seen = encrypted();
      seen.entries = List.of();
      stops(in(WRITTEN), seen, Disagreement.NO_BOOT_ENTRY);
      stops(in(new Phase.Anchored(JOB, LUKS)), seen, Disagreement.NO_BOOT_ENTRY);
    }
  }

  @Nested
  class AtAnyTime {

    @Test
    void theJournalOfAnotherDiskIsNotFollowed() {
      Seen seen = plain();
      seen.facts =
          new Facts(new DiskIdentity("x", "y"), 2000, "2.6.1", TpmHealth.READY, "", 1000, false);
      stops(in(new Phase.Cleared(JOB)), seen, Disagreement.JOURNAL_OF_ANOTHER_DISK);
      stops(in(PLACED), seen, Disagreement.JOURNAL_OF_ANOTHER_DISK);
    }

    @Test
    void bootsWithoutProgressEndInAClearStop() {
      State<Phase, Intent> tired =
          new State<>(
              PLACED, Option.some(new Intent.Convert(700)), POLICY.bootsWithoutProgress() + 1);
      stops(
          tired, underLuks(new VolumeState.Converting(LUKS, 1000, 700)), Disagreement.NO_PROGRESS);
    }

    @Test
    void aJournalThatContradictsItselfIsNotFollowed() {
      Phase phase =
          new FirstBoot().advance(new Phase.Cleared(JOB), new Outcome.EntryRetired("os.conf"));
      stops(in(phase), plain(), Disagreement.CONTRADICTION);
      assertThat(decide(in(phase), plain()).getLeft().kind()).isEqualTo(Refusal.Kind.JOURNAL);
    }
  }
}
