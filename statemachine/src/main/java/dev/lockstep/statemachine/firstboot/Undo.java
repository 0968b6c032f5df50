package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Case.*;

import dev.lockstep.statemachine.firstboot.Phase.*;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;

/**
 * The way back to the plain disk. It is open until the first hot zone: up to there every byte of
 * the filesystem is where it was, but for the head, whose copy is at the window's tail.
 *
 * <p>The wish is recorded first. From then on a torn head is a head being put back, whichever
 * command is run next.
 */
public final class Undo {

  private Undo() {}

  /** Whether the way back is still open, from what a run with {@link Goal#UNDO} observes. */
  public static boolean isPossible(Phase phase, Observation seen) {
    return switch (phase) {
      case HeaderInitialised(Job _, Placement placement) ->
          seen.head().contains(placement.head()) || seen.tail().contains(placement.head());
      case InTheClear _ -> true;
      // libcryptsetup's first write is to the header: exactly as placed means none was made.
      // A system that opened it meanwhile wrote to the head's copy: begun, undo would never end.
      case HeaderPlaced(Job _, Placement placement) ->
          seen.head().contains(placement.header()) && seen.tail().contains(placement.head());
      case UnderLuks _, Withdrawing _, Untouched _, Contradiction _ -> false;
    };
  }

  static Phase begun(Phase from) {
    return switch (from) {
      case HeaderInitialised(Job job, Placement placement) -> new HeadToRestore(job, placement);
      case HeaderPlaced(Job job, Placement placement) -> new HeadToRestore(job, placement);
      case InTheClear plain -> new ConfigurationToUnstage(plain.job());
      case UnderLuks _, Withdrawing _, Untouched _, Contradiction _ ->
          new Contradiction("UndoBegun after " + from.getClass().getSimpleName());
    };
  }

  /** The operator asks for it. */
  static Either<Refusal, Decision<Intent, Outcome>> ask(Phase phase, Observation seen) {
    if (isPossible(phase, seen)) {
      return FirstBoot.adopt(new Outcome.UndoBegun(), UNDO_ASKED);
    }
    return FirstBoot.stop(
        (phase instanceof InTheClear ? Disagreement.HEAD_LOST : Disagreement.TOO_LATE_TO_UNDO)
            .refusal());
  }

  /** Goes on with it. */
  static Either<Refusal, Decision<Intent, Outcome>> goOn(
      Withdrawing phase, Observation seen, Case because) {
    return switch (phase) {
      case HeadToRestore(Job _, Placement placement) -> restoring(placement, seen, because);
      case ConfigurationToUnstage(Job job) ->
          seen.volume() instanceof VolumeState.Plain plain
                  && plain.uuid().equals(job.filesystem().uuid())
              ? FirstBoot.perform(new Intent.UnstageConfiguration(), because)
              : FirstBoot.stop(Disagreement.notPlain(seen.volume()));
      case LeftoversToRemove _ -> FirstBoot.perform(new Intent.RemoveLeftovers(), because);
      case Undone _ ->
          switch (seen.policy().goal()) {
            case ENCRYPT -> FirstBoot.stop(Disagreement.UNDONE.refusal());
            case UNDO -> Either.right(new Decision.Rest<>());
            case ENCRYPT_AGAIN ->
                Preflight.check(seen)
                    .map(
                        job ->
                            new Decision.Adopt<>(
                                new Outcome.PreflightPassed(job), ENCRYPTION_ASKED_AGAIN.name()));
          };
    };
  }

  private static Either<Refusal, Decision<Intent, Outcome>> restoring(
      Placement placement, Observation seen, Case because) {
    if (seen.head().contains(placement.head())) {
      return FirstBoot.adopt(new Outcome.HeadRestored(), HEAD_FOUND_RESTORED);
    }
    if (!seen.tail().contains(placement.head())) {
      return FirstBoot.stop(Disagreement.HEAD_LOST.refusal());
    }
    // What no cut explains may be the only copy of something: the plain system was used meanwhile.
    return seen.head().contains(placement.header()) || seen.headIsExplained()
        ? FirstBoot.perform(new Intent.RestoreHead(), because)
        : FirstBoot.stop(Disagreement.HEAD_UNEXPLAINED.refusal());
  }
}
