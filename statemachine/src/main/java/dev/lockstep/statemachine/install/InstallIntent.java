package dev.lockstep.statemachine.install;

/**
 * The effects of an install. Nothing on the target is worth keeping before the last of them, so a
 * cut in any is answered by doing it again in full.
 */
public sealed interface InstallIntent {

  record Wipe() implements InstallIntent {}

  record WritePartitionTable() implements InstallIntent {}

  record MakeRoot() implements InstallIntent {}

  record MakeEsp() implements InstallIntent {}

  /** Last, because with it the disk boots. It takes this journal along, this intent included. */
  record MakeBoot() implements InstallIntent {}
}
