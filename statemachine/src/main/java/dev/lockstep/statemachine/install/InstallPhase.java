package dev.lockstep.statemachine.install;

/** How far an install is. The disk boots only once it is {@link Complete}. */
public sealed interface InstallPhase {

  /** Nothing was done yet. */
  record Untouched() implements InstallPhase {}

  /** The plan is fixed; the disk is as it was. */
  record Planned(InstallPlan plan) implements InstallPhase {}

  /** No old signature is left that a tool could take for a filesystem. */
  record Wiped(InstallPlan plan) implements InstallPhase {}

  /** Both copies of the partition table are whole. It is never edited again. */
  record Partitioned(InstallPlan plan) implements InstallPhase {}

  /** The root filesystem holds the source and ends before the reserve. */
  record RootMade(InstallPlan plan) implements InstallPhase {}

  /** The firmware finds a boot loader. */
  record EspMade(InstallPlan plan) implements InstallPhase {}

  /** Kernel, entry and this journal are on the boot partition: from here the disk boots. */
  record Complete(InstallPlan plan) implements InstallPhase {}

  /** The journal tells of an outcome that can't follow what it told before. */
  record Contradiction(String what) implements InstallPhase {}
}
