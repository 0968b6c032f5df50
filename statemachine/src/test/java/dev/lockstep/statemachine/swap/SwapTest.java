package dev.lockstep.statemachine.swap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SwapTest {

  private static final DiskIdentity DISK = new DiskIdentity("disk", "swap");
  private static final SwapArea AREA =
      new SwapArea("11111111-2222-4333-8444-555555555555", "old", 4096);
  private static final SwapJob JOB = new SwapJob(DISK, 512, 1 << 20, AREA);
  private static final SwapContent SWAP = new SwapContent.Area(AREA);
  private static final SwapContent RANDOM = new SwapContent.Unrecognised();
  private static final SwapContent HOME = new SwapContent.Taken("an ext4 filesystem");
  private static final SwapContent BLANK = new SwapContent.Blank();

  private final Swap machine = new Swap();
  private final Set<SwapCase> reached = EnumSet.noneOf(SwapCase.class);

  private static SwapSeen seen(Goal goal, SwapContent content, boolean rootIsPlain) {
    return new SwapSeen(
        goal, 3, DISK, 512, 1 << 20, true, content, rootIsPlain, rootIsPlain, Option.none());
  }

  private static SwapSeen seen(SwapContent content) {
    return seen(Goal.ENCRYPT, content, true);
  }

  private static State<SwapPhase, SwapIntent> cut(SwapPhase phase, SwapIntent open) {
    return new State<>(phase, Option.some(open), 1);
  }

  private Decision<SwapIntent, SwapOutcome> decided(
      State<SwapPhase, SwapIntent> state, SwapSeen seen) {
    Decision<SwapIntent, SwapOutcome> decision = machine.decide(state, seen).get();
    switch (decision) {
      case Decision.Adopt<SwapIntent, SwapOutcome>(var _, String because) ->
          reached.add(SwapCase.valueOf(because));
      case Decision.Perform<SwapIntent, SwapOutcome>(var _, String because) ->
          reached.add(SwapCase.valueOf(because));
      case Decision.Rest<SwapIntent, SwapOutcome>() -> {}
    }
    return decision;
  }

  private Refusal refused(State<SwapPhase, SwapIntent> state, SwapSeen seen) {
    Either<Refusal, Decision<SwapIntent, SwapOutcome>> decision = machine.decide(state, seen);
    assertThat(decision.isLeft()).as(String.valueOf(decision)).isTrue();
    return decision.getLeft();
  }

  private static Decision<SwapIntent, SwapOutcome> perform(SwapIntent intent, SwapCase because) {
    return new Decision.Perform<>(intent, because.name());
  }

  private static Decision<SwapIntent, SwapOutcome> adopt(SwapOutcome outcome, SwapCase because) {
    return new Decision.Adopt<>(outcome, because.name());
  }

  private static final Decision<SwapIntent, SwapOutcome> REST = new Decision.Rest<>();

  @Test
  void theStepsComeInTheirOrderAndEveryCaseIsReached() {
    State<SwapPhase, SwapIntent> untouched = State.in(new SwapPhase.Untouched());
    State<SwapPhase, SwapIntent> checked = State.in(new SwapPhase.Checked(JOB));
    State<SwapPhase, SwapIntent> staged = State.in(new SwapPhase.LinesStaged(JOB));
    SwapIntent stage = new SwapIntent.StageLines();
    SwapIntent wipe = new SwapIntent.Wipe();
    assertThat(decided(untouched, seen(SWAP)))
        .isEqualTo(adopt(new SwapOutcome.Checked(JOB), SwapCase.CHECKED));
    assertThat(decided(checked, seen(SWAP))).isEqualTo(perform(stage, SwapCase.NEXT_IN_ORDER));
    assertThat(decided(cut(checked.phase(), stage), seen(RANDOM)))
        .isEqualTo(perform(stage, SwapCase.USED_MEANWHILE));
    assertThat(decided(checked, seen(BLANK)))
        .isEqualTo(
            adopt(
                new SwapOutcome.Checked(new SwapJob(DISK, 512, 1 << 20, SwapArea.NONE)),
                SwapCase.CHECKED_ANEW));
    for (SwapContent content : List.of(SWAP, BLANK)) {
      assertThat(decided(staged, seen(content))).isEqualTo(perform(wipe, SwapCase.NEXT_IN_ORDER));
    }
    assertThat(decided(staged, seen(RANDOM))).isEqualTo(perform(wipe, SwapCase.USED_MEANWHILE));
    assertThat(decided(cut(staged.phase(), wipe), seen(RANDOM)))
        .isEqualTo(perform(wipe, SwapCase.CUT_BEFORE_OUTCOME));
    assertThat(decided(State.in(new SwapPhase.Complete(JOB)), seen(HOME))).isEqualTo(REST);
    theWayBack();
    assertThat(reached).containsExactlyInAnyOrder(SwapCase.values());
  }

  private void theWayBack() {
    assertThat(decided(State.in(new SwapPhase.Untouched()), seen(Goal.UNDO, SWAP, true)))
        .isEqualTo(REST);
    for (SwapPhase phase :
        List.of(
            new SwapPhase.Checked(JOB),
            new SwapPhase.LinesStaged(JOB),
            new SwapPhase.Complete(JOB))) {
      assertThat(Swap.isUndoPossible(phase, seen(Goal.UNDO, RANDOM, true))).isTrue();
      assertThat(decided(State.in(phase), seen(Goal.UNDO, RANDOM, true)))
          .isEqualTo(adopt(new SwapOutcome.UndoBegun(), SwapCase.UNDO_ASKED));
      assertThat(machine.advance(phase, new SwapOutcome.UndoBegun()))
          .isEqualTo(new SwapPhase.LinesToTakeOut(JOB));
      assertThat(Swap.isUndoPossible(phase, seen(Goal.UNDO, RANDOM, false))).isFalse();
      assertThat(refused(State.in(phase), seen(Goal.UNDO, RANDOM, false)).code())
          .isEqualTo("TOO_LATE_TO_UNDO");
    }
    // Once asked for it is gone on with, whatever command is run.
    assertThat(decided(State.in(new SwapPhase.LinesToTakeOut(JOB)), seen(RANDOM)))
        .isEqualTo(perform(new SwapIntent.TakeLinesOut(), SwapCase.NEXT_IN_ORDER));
    State<SwapPhase, SwapIntent> restoring = State.in(new SwapPhase.AreaToRestore(JOB));
    for (SwapContent content : List.of(new SwapContent.Torn(), BLANK)) {
      assertThat(decided(restoring, seen(content)))
          .isEqualTo(perform(new SwapIntent.RestoreArea(), SwapCase.NEXT_IN_ORDER));
    }
    assertThat(decided(restoring, seen(SWAP)))
        .isEqualTo(adopt(new SwapOutcome.AreaRestored(), SwapCase.AREA_FOUND_RESTORED));
    SwapJob blank = new SwapJob(DISK, 512, 1 << 20, SwapArea.NONE);
    assertThat(decided(State.in(new SwapPhase.AreaToRestore(blank)), seen(BLANK)))
        .isEqualTo(adopt(new SwapOutcome.AreaRestored(), SwapCase.NOTHING_TO_RESTORE));
    State<SwapPhase, SwapIntent> undone = State.in(new SwapPhase.Undone(JOB));
    assertThat(decided(undone, seen(Goal.UNDO, SWAP, true))).isEqualTo(REST);
    assertThat(refused(undone, seen(SWAP)).code()).isEqualTo("UNDONE");
    assertThat(decided(undone, seen(Goal.ENCRYPT_AGAIN, SWAP, true)))
        .isEqualTo(adopt(new SwapOutcome.Checked(JOB), SwapCase.ASKED_AGAIN));
  }

  @Test
  void nothingButSwapOrABlankPartitionOfThatTypeIsEverBegunWith() {
    State<SwapPhase, SwapIntent> untouched = State.in(new SwapPhase.Untouched());
    for (SwapContent content : List.of(HOME, RANDOM)) {
      assertThat(refused(untouched, seen(content)))
          .returns("NOT_SWAP", Refusal::code)
          .returns(13, refusal -> refusal.kind().exitCode());
    }
    SwapSeen untyped =
        new SwapSeen(Goal.ENCRYPT, 3, DISK, 512, 1 << 20, false, BLANK, true, true, Option.none());
    assertThat(refused(untouched, untyped).sentence()).contains("does not call it swap");
    assertThat(refused(untouched, seen(Goal.ENCRYPT, SWAP, false)).code()).isEqualTo("ROOT_BEGUN");
    SwapSeen objected =
        new SwapSeen(
            Goal.ENCRYPT, 3, DISK, 512, 1 << 20, true, SWAP, true, true, Option.some("Not so."));
    assertThat(refused(untouched, objected).sentence()).isEqualTo("Not so.");
  }

  @Test
  void aFilesystemThatIsThereByNowIsLeftAloneWhateverTheJournalSays() {
    for (SwapPhase phase :
        List.of(
            new SwapPhase.Checked(JOB),
            new SwapPhase.LinesStaged(JOB),
            new SwapPhase.AreaToRestore(JOB))) {
      for (State<SwapPhase, SwapIntent> state :
          List.of(
              State.<SwapPhase, SwapIntent>in(phase), cut(phase, new SwapIntent.StageLines()))) {
        assertThat(refused(state, seen(HOME)).sentence()).contains("an ext4 filesystem");
      }
    }
  }

  @Test
  void whatNobodyKnowsIsOnlyWrittenOverWhileCrypttabGivesThePartitionToSwap() {
    for (State<SwapPhase, SwapIntent> state :
        List.of(
            cut(new SwapPhase.Checked(JOB), new SwapIntent.StageLines()),
            State.<SwapPhase, SwapIntent>in(new SwapPhase.LinesStaged(JOB)),
            cut(new SwapPhase.LinesStaged(JOB), new SwapIntent.Wipe()),
            State.<SwapPhase, SwapIntent>in(new SwapPhase.AreaToRestore(JOB)),
            cut(new SwapPhase.AreaToRestore(JOB), new SwapIntent.RestoreArea()))) {
      Refusal refused = refused(state, seen(RANDOM).with(RANDOM, false));
      assertThat(refused.kind().exitCode()).isEqualTo(11);
      assertThat(refused.sentence()).contains("/etc/crypttab", "Nothing was written;");
    }
    for (SwapContent content : List.of(SWAP, BLANK, HOME)) {
      assertThat(
              refused(State.in(new SwapPhase.LinesStaged(JOB)), seen(content).with(content, false))
                  .code())
          .isEqualTo("LINES_MISSING");
    }
    for (SwapPhase phase : List.of(new SwapPhase.LinesStaged(JOB), new SwapPhase.Complete(JOB))) {
      SwapSeen unknown = seen(Goal.UNDO, RANDOM, true).with(RANDOM, false);
      assertThat(refused(State.in(phase), unknown).code()).isEqualTo("UNKNOWN_CONTENT");
      assertThat(Swap.isUndoPossible(phase, unknown)).isFalse();
    }
  }

  @Test
  void thePlanOfAnUndoKnowsThatTheEndsAreBlankedBeforeTheLinesGo() {
    State<SwapPhase, SwapIntent> complete = State.in(new SwapPhase.Complete(JOB));
    assertThat(SwapForesight.of(complete, seen(Goal.UNDO, RANDOM, true)).get())
        .extracting(SwapForesight.Step::outcome)
        .containsExactly(
            new SwapOutcome.UndoBegun(),
            new SwapOutcome.LinesTakenOut(),
            new SwapOutcome.AreaRestored());
  }

  @Test
  void aPartitionThatIsNotTheCheckedOneInEveryPointIsLeftAlone() {
    List<SwapSeen> others =
        List.of(
            new SwapSeen(
                Goal.ENCRYPT,
                3,
                new DiskIdentity("disk", "other"),
                512,
                1 << 20,
                true,
                SWAP,
                true,
                true,
                Option.none()),
            new SwapSeen(
                Goal.ENCRYPT, 3, DISK, 1024, 1 << 20, true, SWAP, true, true, Option.none()),
            new SwapSeen(
                Goal.ENCRYPT, 3, DISK, 512, 1 << 19, true, SWAP, true, true, Option.none()));
    for (SwapSeen other : others) {
      for (SwapPhase phase :
          List.of(
              new SwapPhase.Checked(JOB),
              new SwapPhase.LinesStaged(JOB),
              new SwapPhase.LinesToTakeOut(JOB),
              new SwapPhase.AreaToRestore(JOB))) {
        assertThat(refused(State.in(phase), other).code()).isEqualTo("OTHER_PARTITION");
      }
      assertThat(refused(State.in(new SwapPhase.Complete(JOB)), other.asking(Goal.UNDO)).code())
          .isEqualTo("OTHER_PARTITION");
    }
  }

  @Test
  void bootsWithoutProgressEndInAStopAndAContradictionIsTold() {
    State<SwapPhase, SwapIntent> looping =
        new State<>(new SwapPhase.LinesStaged(JOB), Option.some(new SwapIntent.Wipe()), 3);
    assertThat(refused(looping, seen(SWAP)).code()).isEqualTo("NO_PROGRESS");
    SwapPhase wrong = machine.advance(new SwapPhase.Untouched(), new SwapOutcome.Wiped());
    assertThat(refused(State.in(wrong), seen(SWAP)).kind().exitCode()).isEqualTo(20);
    assertThat(
            refused(State.in(new SwapPhase.LinesToTakeOut(JOB)), seen(Goal.UNDO, SWAP, false))
                .kind()
                .exitCode())
        .isEqualTo(11);
  }

  @Test
  void thePlanIsWhatTheDeciderWouldDo() {
    SwapSeen now = seen(SWAP).with(SWAP, false);
    assertThat(SwapForesight.of(State.in(new SwapPhase.Untouched()), now).get())
        .containsExactly(
            new SwapForesight.Step(Option.none(), new SwapOutcome.Checked(JOB)),
            new SwapForesight.Step(
                Option.some(new SwapIntent.StageLines()),
                new SwapOutcome.LinesStaged(Digest.of(new byte[0]))),
            new SwapForesight.Step(Option.some(new SwapIntent.Wipe()), new SwapOutcome.Wiped()));
    assertThat(SwapForesight.of(State.in(new SwapPhase.Untouched()), seen(HOME)).isLeft()).isTrue();
  }
}
