package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Inside;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Volumes under LUKS2 that the journal does not know: gone on with where that is safe. */
class TakeOverTest {

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final VolumeState CONVERTING = new VolumeState.Converting(LUKS, 1000, 400);
  private static final VolumeState STUCK = new VolumeState.ConvertedNotFinalised(LUKS, 1000);
  private static final Inside INSIDE = new Inside(100, FILESYSTEM);
  private static final Phase TAKEN = new Phase.TakenOver(JOB, LUKS);

  private static Seen volume(VolumeState volume, boolean ours, Either<String, Inside> inside) {
    Seen seen = underLuks(volume);
    Set<Slot> slots = ours ? Set.of(Slot.CONVERSION, Slot.TPM2, Slot.RECOVERY) : Set.of();
    seen.discovery = Option.some(new Discovery(ours, slots, inside));
    return seen;
  }

  private static Seen foreign(VolumeState volume) {
    return volume(volume, false, Either.right(INSIDE));
  }

  private static Seen ours(VolumeState volume) {
    return volume(volume, true, Either.right(INSIDE));
  }

  private static State<Phase, Intent> untouched() {
    return in(MACHINE.start());
  }

  @Test
  void anotherToolsConversionThatAKeyOpensIsGoneOnWith() {
    for (VolumeState volume : List.of(CONVERTING, STUCK)) {
      adopts(
          untouched(), foreign(volume), new Outcome.TakenOver(JOB, LUKS, false), Case.TAKEN_OVER);
    }
    assertThat(MACHINE.advance(MACHINE.start(), new Outcome.TakenOver(JOB, LUKS, false)))
        .isEqualTo(TAKEN);
    next(TAKEN, underLuks(CONVERTING), new Intent.Convert(400));
    adopts(in(TAKEN), underLuks(STUCK), new Outcome.Converted(1000), Case.FOUND_CONVERTED);
    assertThat(MACHINE.advance(TAKEN, new Outcome.Converted(1000)))
        .isEqualTo(new Phase.Converted(JOB, LUKS, Option.none()));
  }

  @Test
  void aConversionWhoseRecordsWereLostKeepsTheKeysItWasBegunWith() {
    Seen seen = ours(CONVERTING);
    seen.policy =
        POLICY.with(
            new KeyChoice(
                List.of(Slot.RECOVERY, Slot.PASSWORD),
                Option.none(),
                WhenNoTpm.CLEAR,
                WhenNoTpm.CLEAR));
    adopts(untouched(), seen, new Outcome.TakenOver(JOB, LUKS, false), Case.TAKEN_OVER);
    for (Phase behind : List.of(new Phase.Cleared(JOB), new Phase.KeysProven(JOB, CREDENTIALS))) {
      adopts(
          in(behind), ours(CONVERTING), new Outcome.TakenOver(JOB, LUKS, false), Case.TAKEN_OVER);
    }
  }

  @Test
  void withoutAKeyNothingIsWritten() {
    for (VolumeState volume : List.of(CONVERTING, STUCK)) {
      Seen closed = volume(volume, false, Either.left("The TPM has another."));
      stops(untouched(), closed, Disagreement.UNKNOWN_CONVERSION);
      Refusal refusal = decide(untouched(), closed).getLeft();
      assertThat(refusal.kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
      assertThat(refusal.sentence()).contains("--key-file").endsWith("The TPM has another.");
    }
  }

  @Test
  void whatSpeaksAgainstTheMachineSpeaksAgainstTakingOverToo() {
    Seen seen = foreign(CONVERTING);
    seen.entries = List.of();
    assertThat(decide(untouched(), seen).getLeft().code()).isEqualTo("NO_TRIGGER");
    seen = foreign(CONVERTING);
    seen.facts = new Facts(DISK, 2000, "2.4.2", TpmHealth.READY, "", 0, true);
    assertThat(decide(untouched(), seen).getLeft().code())
        .isEqualTo("CRYPTSETUP_TOO_OLD+ON_BATTERY");
  }

  @Test
  void aFilesystemThatReachesBehindWhatIsConvertedIsAPersonsBusiness() {
    Plain large = new Plain("ext4", "filesystem-uuid", 801, 10);
    stops(
        untouched(),
        volume(CONVERTING, false, Either.right(new Inside(100, large))),
        Disagreement.FILESYSTEM_CUT_OFF);
  }

  @Test
  void aWindowThatThePartitionDoesNotHoldIsAPersonsBusiness() {
    Seen seen = foreign(new VolumeState.Converting(LUKS, 2001, 400));
    stops(untouched(), seen, Disagreement.WINDOW_DIFFERS);
  }

  @Test
  void ofAFinishedVolumeOnlyOurOwnHasStepsLeft() {
    VolumeState finished = new VolumeState.Encrypted(LUKS, EnumSet.allOf(Slot.class));
    assertThat(decide(untouched(), foreign(finished)).getLeft().code())
        .isEqualTo("ENCRYPTED_ALREADY");
    adopts(untouched(), ours(finished), new Outcome.TakenOver(JOB, LUKS, true), Case.TAKEN_OVER);
    assertThat(MACHINE.advance(MACHINE.start(), new Outcome.TakenOver(JOB, LUKS, true)))
        .isEqualTo(new Phase.MovedSegmentWiped(JOB, LUKS));
    Seen switched = ours(finished);
    switched.entries = List.of(NEW_ENTRY);
    assertThat(decide(untouched(), switched).getLeft().code()).isEqualTo("ENCRYPTED_ALREADY");
  }

  /** The job's filesystem ends inside its window, whatever has grown since. */
  @Test
  void ourFinishedVolumeMayHaveGrown() {
    VolumeState finished = new VolumeState.Encrypted(LUKS, EnumSet.allOf(Slot.class));
    Plain grown = new Plain("ext4", "filesystem-uuid", 1900, 10);
    Plain known = new Plain("ext4", "filesystem-uuid", 1800, 10);
    adopts(
        untouched(),
        volume(finished, true, Either.right(new Inside(100, grown))),
        new Outcome.TakenOver(new Job(DISK, known, 100, 2000, 2000, List.of(7)), LUKS, true),
        Case.TAKEN_OVER);
  }

  @Test
  void keysThatTheFinishedVolumeLacksAreEnrolledTheRecoveryKeyFirst() {
    Phase grown = new Phase.GrowthSettled(JOB, LUKS);
    performs(in(grown), encrypted(), new Intent.ProveVolume(), Case.NEXT_IN_ORDER);
    performs(
        in(grown),
        underLuks(new VolumeState.Encrypted(LUKS, Set.of())),
        new Intent.EnrolKey(Slot.RECOVERY),
        Case.KEY_MISSING);
    performs(
        in(grown, new Intent.EnrolKey(Slot.RECOVERY)),
        encrypted(Slot.RECOVERY),
        new Intent.EnrolKey(Slot.TPM2),
        Case.KEY_MISSING);
    assertThat(MACHINE.advance(grown, new Outcome.KeyEnrolled(Slot.TPM2, ""))).isEqualTo(grown);
  }

  @Test
  void aCopyOfTheHeadThatNoJournalExplainsIsNotWrittenOver() {
    Seen seen = plain();
    seen.strayHeadCopy = true;
    stops(untouched(), seen, Disagreement.JOURNAL_GONE);
    seen.policy = POLICY.with(Goal.ENCRYPT_AGAIN); // a person has looked
    adopts(untouched(), seen, new Outcome.PreflightPassed(JOB), Case.PREFLIGHT_PASSED);
  }

  @Test
  void aFinishedVolumeThatItsTpmDoesNotOpenIsTold() {
    Phase finished = new Phase.Complete(JOB, LUKS);
    assertThat(decide(in(finished), encrypted()).isRight()).isTrue();
    Seen moved = encrypted();
    Map.of(
            TpmVerdict.CLEARED, Disagreement.TPM_WAS_CLEARED,
            TpmVerdict.ANOTHER, Disagreement.TPM_IS_ANOTHER,
            TpmVerdict.MEASURES_OTHERWISE, Disagreement.TPM_DOES_NOT_OPEN,
            TpmVerdict.UNTOLD, Disagreement.TPM_DOES_NOT_OPEN)
        .forEach(
            (verdict, told) -> {
              moved.tpm = verdict;
              stops(in(finished), moved, told);
              assertThat(decide(in(finished), moved).getLeft().kind())
                  .isEqualTo(Refusal.Kind.WRONG_KEY);
            });
  }

  @Test
  void theStepsAheadAreForeseen() {
    List<String> steps =
        Foresight.of(untouched(), foreign(CONVERTING).build()).get().stream()
            .map(step -> step.intent().map(Object::toString).getOrElse("seen"))
            .toList();
    assertThat(steps)
        .startsWith("seen", new Intent.Convert(800).toString())
        .containsSubsequence(
            new Intent.EnrolKey(Slot.RECOVERY).toString(),
            new Intent.EnrolKey(Slot.TPM2).toString(),
            new Intent.ProveVolume().toString());
  }
}
