package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import java.util.List;

/**
 * What is to be encrypted. Fixed by preflight, before the first write.
 *
 * <pre>
 *   0            shift                filesystem end   window − shift    window          partition
 *   |------------|--------------------|----------------|-----------------|------- … -----|
 *   |  the head  |  rest of the filesystem             | the head's copy |  never touched |
 *   |  → header  |  everything moves right by one shift, back to front   |                |
 * </pre>
 *
 * @param disk whose journal this is
 * @param filesystem as found in the clear
 * @param shiftBytes how far the data moves: the room of the header, 16 MiB
 * @param windowBytes what is converted: the filesystem and two shifts behind it
 * @param partitionBytes the size of the whole partition
 * @param pcrs the TPM registers that keys are bound to
 */
public record Job(
    DiskIdentity disk,
    Plain filesystem,
    long shiftBytes,
    long windowBytes,
    long partitionBytes,
    List<Integer> pcrs) {

  public Job {
    pcrs = List.copyOf(pcrs);
    if (filesystem.endBytes() + 2 * shiftBytes > windowBytes || windowBytes > partitionBytes) {
      throw new IllegalArgumentException("the window must hold the filesystem and two shifts");
    }
  }

  /** Where the copy of the head goes: the window's last shift. */
  public long tailOffsetBytes() {
    return windowBytes - shiftBytes;
  }
}
