package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import java.util.List;
import java.util.TreeSet;

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
 * @param slots who can open the volume afterwards, ascending: what was begun with is gone on with,
 *     whatever a later boot's policy says
 * @param sectorBytes of the encryption, see {@link #sectorBytesFor}
 * @param volumeRole what the volume is to its machine; journals that tell none mean the root
 */
public record Job(
    DiskIdentity disk,
    Plain filesystem,
    long shiftBytes,
    long windowBytes,
    long partitionBytes,
    List<Integer> pcrs,
    List<Slot> slots,
    int sectorBytes,
    Role volumeRole) {

  /** What journals that tell no size mean, and what fits every filesystem. */
  public static final int SMALL_SECTOR_BYTES = 512;

  /** One AES-XTS unit instead of eight: faster, and what most disks write at once anyway. */
  private static final int LARGE_SECTOR_BYTES = 4096;

  /** What journals that tell no slots mean. */
  public static final List<Slot> STANDARD_SLOTS = List.of(Slot.TPM2, Slot.RECOVERY);

  public Job {
    pcrs = List.copyOf(pcrs);
    slots = List.copyOf(new TreeSet<>(slots));
    if (slots.contains(Slot.CONVERSION) || !slots.contains(Slot.RECOVERY)) {
      // A firmware update may take any other key away.
      throw new IllegalArgumentException("the recovery key opens every volume");
    }
    if (filesystem.endBytes() + 2 * shiftBytes > windowBytes || windowBytes > partitionBytes) {
      throw new IllegalArgumentException("the window must hold the filesystem and two shifts");
    }
    if (sectorBytes != SMALL_SECTOR_BYTES
        && sectorBytes != sectorBytesFor(filesystem, shiftBytes, partitionBytes)) {
      throw new IllegalArgumentException("a filesystem's transfers are whole sectors");
    }
  }

  /** Of the root, with sectors that fit every filesystem. */
  public Job(
      DiskIdentity disk,
      Plain filesystem,
      long shiftBytes,
      long windowBytes,
      long partitionBytes,
      List<Integer> pcrs,
      List<Slot> slots) {
    this(
        disk,
        filesystem,
        shiftBytes,
        windowBytes,
        partitionBytes,
        pcrs,
        slots,
        SMALL_SECTOR_BYTES,
        Role.ROOT);
  }

  /** With the slots that are standard. */
  public Job(
      DiskIdentity disk,
      Plain filesystem,
      long shiftBytes,
      long windowBytes,
      long partitionBytes,
      List<Integer> pcrs) {
    this(disk, filesystem, shiftBytes, windowBytes, partitionBytes, pcrs, STANDARD_SLOTS);
  }

  /**
   * 4096 bytes where the filesystem never moves less at once and where header, window and partition
   * end on such a sector; otherwise 512. A volume with larger sectors than the filesystem's
   * transfers can't be mounted, and one whose size is no multiple of them can't be opened.
   */
  public static int sectorBytesFor(Plain filesystem, long shiftBytes, long partitionBytes) {
    boolean whole =
        filesystem.smallestTransferBytes() % LARGE_SECTOR_BYTES == 0
            && filesystem.endBytes() % LARGE_SECTOR_BYTES == 0
            && shiftBytes % LARGE_SECTOR_BYTES == 0
            && partitionBytes % LARGE_SECTOR_BYTES == 0;
    return whole ? LARGE_SECTOR_BYTES : SMALL_SECTOR_BYTES;
  }

  /** The same of a volume with this role. */
  Job as(Role role) {
    return new Job(
        disk, filesystem, shiftBytes, windowBytes, partitionBytes, pcrs, slots, sectorBytes, role);
  }

  /** Whether the TPM holds what resumes the conversion; otherwise the operator does. */
  public boolean withTpm() {
    return slots.stream().anyMatch(Slot::isTpms);
  }

  /** Where the copy of the head goes: the window's last shift. */
  public long tailOffsetBytes() {
    return windowBytes - shiftBytes;
  }
}
