package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.port.Luks;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.port.SwapLines;
import dev.lockstep.statemachine.port.SwapPartition;

/**
 * The world of a swap partition.
 *
 * @param stepBytes how much is wiped at once; at least {@link SwapContent#END_BYTES}
 * @param progress told while it is wiped
 */
public record SwapPorts(
    Place place,
    SwapPartition partition,
    SwapLines lines,
    Luks.Progress progress,
    int stepBytes,
    Goal goal,
    int bootsAllowed) {

  /**
   * Which partition it is, as the partition table has it now.
   *
   * @param disk with the partition's own PARTUUID
   */
  public record Place(DiskIdentity disk, long offsetBytes, long sizeBytes, boolean typedAsSwap) {}
}
