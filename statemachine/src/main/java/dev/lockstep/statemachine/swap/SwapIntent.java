package dev.lockstep.statemachine.swap;

/** The effects on a swap partition. Each can be had twice. */
public sealed interface SwapIntent {

  /** Put crypttab's line and fstab's into the plain root. */
  record StageLines() implements SwapIntent {}

  /** Overwrite every byte of the partition with zeros. */
  record Wipe() implements SwapIntent {}

  /** Take the lines out again. */
  record TakeLinesOut() implements SwapIntent {}

  /** Make the swap area anew, under its old UUID and label. */
  record RestoreArea() implements SwapIntent {}
}
