package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.port.Digest;

/** What was read back after an effect on a swap partition. */
public sealed interface SwapOutcome {

  record Checked(SwapJob job) implements SwapOutcome {}

  record LinesStaged(Digest crypttab) implements SwapOutcome {}

  record Wiped() implements SwapOutcome {}

  record UndoBegun() implements SwapOutcome {}

  record LinesTakenOut() implements SwapOutcome {}

  record AreaRestored() implements SwapOutcome {}
}
