package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;
import java.util.EnumSet;
import java.util.Set;

/** Asks the decider, and remembers which cases and disagreements a test has reached. */
final class Deciding {
  static final Set<Case> REACHED = EnumSet.noneOf(Case.class);
  static final Set<Disagreement> DISAGREED = EnumSet.noneOf(Disagreement.class);

  /** UndoTest, TakeOverTest, TryBudgetTest, TpmExchangeTest and UntoldPlacingTest have these. */
  static final Set<Case> CASES_ELSEWHERE =
      EnumSet.of(
          Case.UNDO_ASKED,
          Case.ENCRYPTION_ASKED_AGAIN,
          Case.TAKEN_OVER,
          Case.KEY_MISSING,
          Case.PLACING_UNTOLD,
          Case.TPM_EXCHANGED,
          Case.TPM_FOUND_ADDED);

  static final Set<Disagreement> DISAGREEMENTS_ELSEWHERE =
      EnumSet.of(
          Disagreement.UNDONE,
          Disagreement.TOO_LATE_TO_UNDO,
          Disagreement.UNKNOWN_CONVERSION,
          Disagreement.JOURNAL_GONE,
          Disagreement.TPM_DOES_NOT_OPEN,
          Disagreement.TPM_WAS_CLEARED,
          Disagreement.TPM_IS_ANOTHER,
          Disagreement.FILESYSTEM_CUT_OFF,
          Disagreement.TPM_TRIES_SPENT);

  private Deciding() {}

  static Either<Refusal, Decision<Intent, Outcome>> decide(State<Phase, Intent> state, Seen seen) {
    return new FirstBoot().decide(state, seen.build());
  }

  static void performs(State<Phase, Intent> state, Seen seen, Intent intent, Case because) {
    assertThat(decide(state, seen).get())
        .isEqualTo(new Decision.Perform<Intent, Outcome>(intent, because.name()));
    REACHED.add(because);
  }

  static void next(Phase phase, Seen seen, Intent intent) {
    performs(in(phase), seen, intent, Case.NEXT_IN_ORDER);
  }

  static void adopts(State<Phase, Intent> state, Seen seen, Outcome outcome, Case because) {
    assertThat(decide(state, seen).get())
        .isEqualTo(new Decision.Adopt<Intent, Outcome>(outcome, because.name()));
    REACHED.add(because);
  }

  static void stops(State<Phase, Intent> state, Seen seen, Disagreement why) {
    assertThat(decide(state, seen).getLeft().code()).isEqualTo(why.name());
    DISAGREED.add(why);
  }
}
