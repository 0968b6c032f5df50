package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.SwapPhase.AreaToRestore;
import dev.lockstep.statemachine.swap.SwapPhase.Checked;
import dev.lockstep.statemachine.swap.SwapPhase.Complete;
import dev.lockstep.statemachine.swap.SwapPhase.Contradiction;
import dev.lockstep.statemachine.swap.SwapPhase.LinesStaged;
import dev.lockstep.statemachine.swap.SwapPhase.LinesToTakeOut;
import dev.lockstep.statemachine.swap.SwapPhase.Undone;
import dev.lockstep.statemachine.swap.SwapPhase.Untouched;
import io.vavr.control.Either;

/**
 * The machine of a swap partition that gets another random key at each boot.
 *
 * <pre>
 *   Untouched -&gt; Checked -&gt; LinesStaged -&gt; Complete
 *                   |           |             |      while the root is in the clear
 *                   '-----------+-------------'-&gt; LinesToTakeOut -&gt; AreaToRestore -&gt; Undone
 * </pre>
 *
 * <p>The lines come first: a system that is booted between the two steps uses the partition with a
 * random key, as it will ever after. Until the second is done the old content lies there in the
 * clear, but nothing is lost at any instant: swap holds nothing.
 */
public final class Swap implements Machine<SwapPhase, SwapIntent, SwapOutcome, SwapSeen> {

  @Override
  public SwapPhase start() {
    return new Untouched();
  }

  @Override
  public SwapPhase advance(SwapPhase from, SwapOutcome outcome) {
    return switch (outcome) {
      case SwapOutcome.Checked(SwapJob job)
          when from instanceof Untouched || from instanceof Checked || from instanceof Undone ->
          new Checked(job);
      case SwapOutcome.LinesStaged _ when from instanceof Checked(SwapJob job) ->
          new LinesStaged(job);
      case SwapOutcome.Wiped _ when from instanceof LinesStaged(SwapJob job) -> new Complete(job);
      case SwapOutcome.UndoBegun _ when from instanceof Checked(SwapJob job) ->
          new LinesToTakeOut(job);
      case SwapOutcome.UndoBegun _ when from instanceof LinesStaged(SwapJob job) ->
          new LinesToTakeOut(job);
      case SwapOutcome.UndoBegun _ when from instanceof Complete(SwapJob job) ->
          new LinesToTakeOut(job);
      case SwapOutcome.LinesTakenOut _ when from instanceof LinesToTakeOut(SwapJob job) ->
          new AreaToRestore(job);
      case SwapOutcome.AreaRestored _ when from instanceof AreaToRestore(SwapJob job) ->
          new Undone(job);
      case SwapOutcome unfitting ->
          new Contradiction(
              unfitting.getClass().getSimpleName() + " after " + from.getClass().getSimpleName());
    };
  }

  @Override
  public boolean progressed(SwapIntent open, SwapIntent later) {
    return false;
  }

  @Override
  public Either<Refusal, Decision<SwapIntent, SwapOutcome>> decide(
      State<SwapPhase, SwapIntent> state, SwapSeen seen) {
    if (state.boots() >= seen.bootsAllowed()) {
      return Either.left(SwapRefusals.noProgress());
    }
    boolean undo = seen.goal() == Goal.UNDO;
    SwapCase inOrder =
        state.open().isDefined() ? SwapCase.CUT_BEFORE_OUTCOME : SwapCase.NEXT_IN_ORDER;
    return switch (state.phase()) {
      case Untouched() -> undo ? rest() : check(seen, SwapCase.CHECKED);
      case Checked(SwapJob job) -> undo ? undo(job, seen) : stage(job, seen, inOrder);
      case LinesStaged(SwapJob job) -> undo ? undo(job, seen) : wipe(job, seen, inOrder);
      case Complete(SwapJob job) -> undo ? undo(job, seen) : rest();
      case LinesToTakeOut(SwapJob job) -> takeOut(job, seen, inOrder);
      case AreaToRestore(SwapJob job) -> restore(job, seen, inOrder);
      case Undone _ ->
          switch (seen.goal()) {
            case ENCRYPT -> Either.left(SwapRefusals.undone());
            case UNDO -> rest();
            case ENCRYPT_AGAIN -> check(seen, SwapCase.ASKED_AGAIN);
          };
      case Contradiction(String what) -> Either.left(SwapRefusals.contradiction(what));
    };
  }

  /** Whether it can still be given back as it was. */
  public static boolean isUndoPossible(SwapPhase phase, SwapSeen seen) {
    return switch (phase) {
      case Checked(SwapJob job) -> isPossible(job, seen);
      case LinesStaged(SwapJob job) -> isPossible(job, seen);
      case Complete(SwapJob job) -> isPossible(job, seen);
      case Untouched _, LinesToTakeOut _, SwapPhase.AreaToRestore _, Undone _, Contradiction _ ->
          false;
    };
  }

  private static boolean isPossible(SwapJob job, SwapSeen seen) {
    return seen.rootIsPlain() && job.isOn(seen) && isSurelyOurs(job, seen);
  }

  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> check(
      SwapSeen seen, SwapCase because) {
    return SwapRefusals.objection(seen)
        .<Either<Refusal, Decision<SwapIntent, SwapOutcome>>>map(Either::left)
        .getOrElse(() -> adopt(new SwapOutcome.Checked(job(seen)), because));
  }

  private static SwapJob job(SwapSeen seen) {
    return new SwapJob(
        seen.disk(),
        seen.offsetBytes(),
        seen.sizeBytes(),
        seen.content() instanceof SwapContent.Area(SwapArea area) ? area : SwapArea.NONE);
  }

  /** Nothing was written yet, so all is asked again: a plain system may have run meanwhile. */
  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> stage(
      SwapJob job, SwapSeen seen, SwapCase inOrder) {
    if (!job.isOn(seen)) {
      return Either.left(SwapRefusals.otherPartition());
    }
    boolean unknown =
        inOrder == SwapCase.CUT_BEFORE_OUTCOME
            && seen.content() instanceof SwapContent.Unrecognised
            && seen.rootIsPlain();
    if (unknown) { // the line makes a booted system take the partition, if the cut step put it in
      return seen.linesAreIn()
          ? perform(new SwapIntent.StageLines(), SwapCase.USED_MEANWHILE)
          : Either.left(SwapRefusals.unknownContent());
    }
    var checked = check(seen, SwapCase.CHECKED_ANEW);
    return checked.isLeft() || !job(seen).equals(job)
        ? checked
        : perform(new SwapIntent.StageLines(), inOrder);
  }

  /**
   * Only while the lines are in the root: every boot of it may write over the partition. Who took
   * them out may have given the partition to something else.
   */
  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> wipe(
      SwapJob job, SwapSeen seen, SwapCase inOrder) {
    if (!job.isOn(seen)) {
      return Either.left(SwapRefusals.otherPartition());
    }
    if (!seen.linesAreIn()) {
      return Either.left(SwapRefusals.linesMissing());
    }
    return switch (seen.content()) {
      case SwapContent.Area _, SwapContent.Blank _, SwapContent.Torn _ ->
          perform(new SwapIntent.Wipe(), inOrder);
      case SwapContent.Unrecognised _ ->
          perform(
              new SwapIntent.Wipe(),
              inOrder == SwapCase.CUT_BEFORE_OUTCOME ? inOrder : SwapCase.USED_MEANWHILE);
      case SwapContent.Taken(String what) -> Either.left(SwapRefusals.takenMeanwhile(what));
    };
  }

  /** Whether undo has nothing to write to the partition, or may. */
  private static boolean isSurelyOurs(SwapJob job, SwapSeen seen) {
    return job.before().isNone()
        || seen.linesAreIn()
        || !(seen.content() instanceof SwapContent.Unrecognised);
  }

  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> undo(
      SwapJob job, SwapSeen seen) {
    if (!job.isOn(seen)) {
      return Either.left(SwapRefusals.otherPartition());
    }
    if (!seen.rootIsPlain()) {
      return Either.left(SwapRefusals.tooLate());
    }
    return isSurelyOurs(job, seen)
        ? adopt(new SwapOutcome.UndoBegun(), SwapCase.UNDO_ASKED)
        : Either.left(SwapRefusals.unknownContent());
  }

  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> takeOut(
      SwapJob job, SwapSeen seen, SwapCase inOrder) {
    if (!job.isOn(seen)) {
      return Either.left(SwapRefusals.otherPartition());
    }
    return seen.rootIsPlain()
        ? perform(new SwapIntent.TakeLinesOut(), inOrder)
        : Either.left(SwapRefusals.rootEncryptedMeanwhile());
  }

  /**
   * A cut leaves the old swap area, zeros or a torn page: what a random key left was blanked while
   * the lines were in.
   */
  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> restore(
      SwapJob job, SwapSeen seen, SwapCase inOrder) {
    if (!job.isOn(seen)) {
      return Either.left(SwapRefusals.otherPartition());
    }
    if (seen.content() instanceof SwapContent.Taken(String what)) {
      return Either.left(SwapRefusals.takenMeanwhile(what));
    }
    if (job.before().isNone()) {
      return adopt(new SwapOutcome.AreaRestored(), SwapCase.NOTHING_TO_RESTORE);
    }
    if (seen.content() instanceof SwapContent.Unrecognised) {
      return Either.left(SwapRefusals.unknownContent());
    }
    return seen.content().equals(new SwapContent.Area(job.before()))
            && inOrder == SwapCase.NEXT_IN_ORDER
        ? adopt(new SwapOutcome.AreaRestored(), SwapCase.AREA_FOUND_RESTORED)
        : perform(new SwapIntent.RestoreArea(), inOrder);
  }

  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> rest() {
    return Either.right(new Decision.Rest<>());
  }

  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> adopt(
      SwapOutcome outcome, SwapCase because) {
    return Either.right(new Decision.Adopt<>(outcome, because.name()));
  }

  private static Either<Refusal, Decision<SwapIntent, SwapOutcome>> perform(
      SwapIntent intent, SwapCase because) {
    return Either.right(new Decision.Perform<>(intent, because.name()));
  }
}
