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
    Option<String> linesObjection) {

  /** The same, seen by who wants something else of it. */
  public SwapSeen asking(Goal other) {
    return new SwapSeen(
        other,
        bootsAllowed,
        disk,
        offsetBytes,
        sizeBytes,
        typedAsSwap,
        content,
        rootIsPlain,
        linesObjection);
  }
}
