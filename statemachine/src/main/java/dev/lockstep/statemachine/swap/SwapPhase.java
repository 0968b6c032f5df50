package dev.lockstep.statemachine.swap;

/** How far a swap partition is. */
public sealed interface SwapPhase {

  /** Nothing was done yet. */
  record Untouched() implements SwapPhase {}

  /** It is swap, or blank; nothing was written. */
  record Checked(SwapJob job) implements SwapPhase {}

  /** Every boot of the system gives it a random key from here on; what was on it is still there. */
  record LinesStaged(SwapJob job) implements SwapPhase {}

  /** What was on it is gone. */
  record Complete(SwapJob job) implements SwapPhase {}

  /** The operator wants it as it was. */
  record LinesToTakeOut(SwapJob job) implements SwapPhase {}

  /** The root is as it was; the partition may lack its swap area. */
  record AreaToRestore(SwapJob job) implements SwapPhase {}

  /** As before, but empty. */
  record Undone(SwapJob job) implements SwapPhase {}

  /** The journal tells of an outcome that can't follow what it told before. */
  record Contradiction(String what) implements SwapPhase {}

  /** Whether something was begun that has to be gone on with. */
  default boolean isUnderWay() {
    return switch (this) {
      case Untouched _, Complete _, Undone _ -> false;
      case Checked _, LinesStaged _, LinesToTakeOut _, AreaToRestore _, Contradiction _ -> true;
    };
  }
}
