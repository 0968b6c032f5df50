package dev.lockstep.statemachine.install;

import dev.lockstep.statemachine.port.Digest;

/** What was read back after an effect of the install. */
public sealed interface InstallOutcome {

  record Planned(InstallPlan plan) implements InstallOutcome {}

  record Wiped() implements InstallOutcome {}

  record PartitionTableWritten(Digest table) implements InstallOutcome {}

  /**
   * The root filesystem was made and its superblock read back.
   *
   * @param endBytes the first byte behind it, from the partition's start
   */
  record RootMade(long endBytes) implements InstallOutcome {}

  /**
   * The EFI system partition was made.
   *
   * @param loader which boot loader was put there, in words
   */
  record EspMade(String loader) implements InstallOutcome {}

  record BootMade(String entry) implements InstallOutcome {}
}
