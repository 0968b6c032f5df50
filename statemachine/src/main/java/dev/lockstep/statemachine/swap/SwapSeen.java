package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import io.vavr.control.Option;

/**
 * What was observed.
 *
 * @param bootsAllowed without progress
 * @param typedAsSwap whether the partition table says that it is swap
 * @param rootIsPlain whether its lines can still be put into the root, or taken out
 * @param linesAreIn whether crypttab of the plain root has our line now; false where the phase asks
 *     for nothing that hangs on it
 * @param linesObjection why they can't be put in, in a sentence
 */
public record SwapSeen(
    Goal goal,
    int bootsAllowed,
    DiskIdentity disk,
    long offsetBytes,
    long sizeBytes,
    boolean typedAsSwap,
    SwapContent content,
    boolean rootIsPlain,
    boolean linesAreIn,
    Option<String> linesObjection) {

  /** The same, seen by who wants something else of it. */
  public SwapSeen asking(Goal other) {
    return with(other, content, linesAreIn);
  }

  /** The same, but for what the partition holds and whether crypttab has our line. */
  public SwapSeen with(SwapContent otherContent, boolean linesAreInThen) {
    return with(goal, otherContent, linesAreInThen);
  }

  private SwapSeen with(Goal otherGoal, SwapContent otherContent, boolean linesAreInThen) {
    return new SwapSeen(
        otherGoal,
        bootsAllowed,
        disk,
        offsetBytes,
        sizeBytes,
        typedAsSwap,
        otherContent,
        rootIsPlain,
        linesAreInThen,
        linesObjection);
  }
}
