package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The way back to the plain disk, and where it ends. */
class UndoTest {

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final Phase.HeaderInitialised INITIALISED_PHASE =
      new Phase.HeaderInitialised(JOB, PLACEMENT);
  private static final Phase.HeaderPlaced PLACED = new Phase.HeaderPlaced(JOB, PLACEMENT);
  private static final Phase.HeadToRestore RESTORING = new Phase.HeadToRestore(JOB, PLACEMENT);
  private static final List<Phase> IN_THE_CLEAR =
      List.of(
          new Phase.Cleared(JOB),
          new Phase.KeySealed(JOB, SEALED),
          new Phase.HeaderPrepared(JOB, CREDENTIALS),
          new Phase.RecoveryHandedOver(JOB, CREDENTIALS),
          new Phase.KeysProven(JOB, CREDENTIALS),
          new Phase.ConfigurationStaged(JOB, CREDENTIALS),
          new Phase.HeadStaged(JOB, CREDENTIALS, HEAD));

  private static Either<Refusal, Decision<Intent, Outcome>> decide(
      State<Phase, Intent> state, Goal goal, Seen seen) {
    seen.policy = POLICY.with(goal);
    return MACHINE.decide(state, seen.build());
  }

  private static void adopts(State<Phase, Intent> state, Seen seen, Outcome outcome) {
    assertThat(decide(state, Goal.UNDO, seen).get())
        .isInstanceOfSatisfying(
            Decision.Adopt.class, adopted -> assertThat(adopted.outcome()).isEqualTo(outcome));
  }

  private static void performs(State<Phase, Intent> state, Goal goal, Seen seen, Intent intent) {
    assertThat(decide(state, goal, seen).get())
        .isInstanceOfSatisfying(
            Decision.Perform.class, chosen -> assertThat(chosen.intent()).isEqualTo(intent));
  }

  private static void stops(State<Phase, Intent> state, Goal goal, Seen seen, Disagreement why) {
    assertThat(decide(state, goal, seen).getLeft().code()).isEqualTo(why.name());
  }

  private static Seen headerPlaced() {
    Seen seen = underLuks(new VolumeState.Converting(LUKS, 1000, 800));
    seen.head = Option.some(INITIALISED);
    return seen;
  }

  @Test
  void whileTheDiskIsPlainItIsAlwaysPossible() {
    for (Phase phase : IN_THE_CLEAR) {
      adopts(in(phase), plain(), new Outcome.UndoBegun());
      assertThat(MACHINE.advance(phase, new Outcome.UndoBegun()))
          .isEqualTo(new Phase.ConfigurationToUnstage(JOB));
    }
  }

  @Test
  void aHeaderThatIsAsItWasPlacedIsTakenOffAgain() {
    adopts(in(PLACED), headerPlaced(), new Outcome.UndoBegun());
    adopts(in(PLACED, new Intent.Convert(800)), headerPlaced(), new Outcome.UndoBegun());
    assertThat(MACHINE.advance(PLACED, new Outcome.UndoBegun())).isEqualTo(RESTORING);
    adopts(in(INITIALISED_PHASE, new Intent.PlaceHeader()), plain(), new Outcome.UndoBegun());
    assertThat(MACHINE.advance(INITIALISED_PHASE, new Outcome.UndoBegun())).isEqualTo(RESTORING);
  }

  /** libcryptsetup writes the header before it touches any data. */
  @Test
  void aHeaderThatWasWrittenToSinceIsTooLate() {
    Seen converting = headerPlaced();
    converting.head = Option.some(TORN);
    stops(in(PLACED), Goal.UNDO, converting, Disagreement.TOO_LATE_TO_UNDO);
    stops(
        in(new Phase.Converted(JOB, LUKS, Option.none())),
        Goal.UNDO,
        encrypted(),
        Disagreement.TOO_LATE_TO_UNDO);
    stops(in(new Phase.Complete(JOB, LUKS)), Goal.UNDO, encrypted(), Disagreement.TOO_LATE_TO_UNDO);
  }

  /** A system that opened the volume wrote there: what began could never end. */
  @Test
  void aHeadWhoseCopyWasWrittenToIsNotBegunToBePutBack() {
    Seen opened = headerPlaced();
    opened.tail = Option.some(TORN);
    stops(in(PLACED), Goal.UNDO, opened, Disagreement.TOO_LATE_TO_UNDO);
    assertThat(Undo.isPossible(PLACED, opened.build())).isFalse();
    opened.tail = Option.none();
    assertThat(Undo.isPossible(PLACED, opened.build())).isFalse();
    assertThat(Undo.isPossible(PLACED, headerPlaced().build())).isTrue();
    Seen torn = plain();
    torn.tail = Option.some(TORN);
    adopts(in(INITIALISED_PHASE, new Intent.PlaceHeader()), torn, new Outcome.UndoBegun());
    torn.head = Option.some(TORN);
    stops(in(INITIALISED_PHASE, new Intent.PlaceHeader()), Goal.UNDO, torn, Disagreement.HEAD_LOST);
    assertThat(Survey.of(in(PLACED), Goal.UNDO).headAndTail()).isTrue();
  }

  @Test
  void theStepsBackFollowInOrderWhicheverCommandIsRun() {
    for (Goal goal : Goal.values()) {
      performs(in(RESTORING), goal, headerPlaced(), new Intent.RestoreHead());
      performs(
          in(new Phase.ConfigurationToUnstage(JOB)),
          goal,
          plain(),
          new Intent.UnstageConfiguration());
      performs(in(new Phase.LeftoversToRemove(JOB)), goal, plain(), new Intent.RemoveLeftovers());
    }
    assertThat(MACHINE.advance(RESTORING, new Outcome.HeadRestored()))
        .isEqualTo(new Phase.ConfigurationToUnstage(JOB));
    assertThat(
            MACHINE.advance(
                new Phase.ConfigurationToUnstage(JOB), new Outcome.ConfigurationUnstaged()))
        .isEqualTo(new Phase.LeftoversToRemove(JOB));
    assertThat(MACHINE.advance(new Phase.LeftoversToRemove(JOB), new Outcome.LeftoversRemoved()))
        .isEqualTo(new Phase.Undone(JOB));
  }

  @Test
  void aTornHeadIsPutBackAndAnUnexplainedOneIsNot() {
    Seen torn = headerPlaced();
    torn.head = Option.some(TORN);
    performs(in(RESTORING, new Intent.RestoreHead()), Goal.UNDO, torn, new Intent.RestoreHead());
    torn.headIsExplained = false;
    stops(in(RESTORING), Goal.UNDO, torn, Disagreement.HEAD_UNEXPLAINED);
    torn.tail = Option.some(TORN);
    stops(in(RESTORING), Goal.UNDO, torn, Disagreement.HEAD_LOST);
    adopts(in(RESTORING, new Intent.RestoreHead()), plain(), new Outcome.HeadRestored());
  }

  @Test
  void nothingIsTakenOutOfADiskThatIsNotPlain() {
    stops(
        in(new Phase.ConfigurationToUnstage(JOB)),
        Goal.UNDO,
        encrypted(),
        Disagreement.JOURNAL_BEHIND_DISK);
  }

  @Test
  void onceUndoneOnlyTheOperatorCanHaveItEncrypted() {
    Phase undone = new Phase.Undone(JOB);
    stops(in(undone), Goal.ENCRYPT, plain(), Disagreement.UNDONE);
    assertThat(decide(in(undone), Goal.UNDO, plain()).get()).isInstanceOf(Decision.Rest.class);
    assertThat(decide(in(undone), Goal.ENCRYPT_AGAIN, plain()).get())
        .isEqualTo(
            new Decision.Adopt<Intent, Outcome>(
                new Outcome.PreflightPassed(JOB), Case.ENCRYPTION_ASKED_AGAIN.name()));
    assertThat(MACHINE.advance(undone, new Outcome.PreflightPassed(JOB)))
        .isEqualTo(new Phase.Cleared(JOB));
  }

  @Test
  void nothingBegunIsNothingToUndo() {
    assertThat(decide(in(new Phase.Untouched()), Goal.UNDO, plain()).get())
        .isInstanceOf(Decision.Rest.class);
  }
}
