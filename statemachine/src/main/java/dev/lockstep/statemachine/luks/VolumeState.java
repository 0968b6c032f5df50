package dev.lockstep.statemachine.luks;

import dev.lockstep.statemachine.port.Luks.Slot;
import java.util.Set;
import java.util.UUID;

/**
 * What the first bytes of the root partition say it is. Told from content, never from exit codes.
 */
public sealed interface VolumeState {

  /**
   * A filesystem in the clear.
   *
   * @param filesystem ext4, xfs or btrfs
   * @param uuid of the filesystem
   * @param endBytes the first byte behind the filesystem, from the partition's start
   * @param blockBytes the filesystem's block size
   * @param smallestTransferBytes what all its reads and writes are multiples of
   */
  record Plain(
      String filesystem, String uuid, long endBytes, int blockBytes, int smallestTransferBytes)
      implements VolumeState {

    /** What fits every filesystem, and what journals that do not tell it mean. */
    public static final int ANY_TRANSFER_BYTES = 512;

    /** Where nothing is known of its transfers. */
    public Plain(String filesystem, String uuid, long endBytes, int blockBytes) {
      this(filesystem, uuid, endBytes, blockBytes, ANY_TRANSFER_BYTES);
    }
  }

  /** Neither a filesystem nor a whole LUKS2 header: torn, or none of ours. */
  record Unrecognised(String what) implements VolumeState {}

  /**
   * LUKS2 with a conversion under way, ours in its parameters (encrypt, backward, datashift).
   *
   * @param windowBytes as the moved segment tells it: offset + size
   * @param remainingBytes still in the clear
   */
  record Converting(UUID uuid, long windowBytes, long remainingBytes) implements VolumeState {}

  /** Every byte is encrypted, but the metadata still says otherwise: to resume it would ruin it. */
  record ConvertedNotFinalised(UUID uuid, long windowBytes) implements VolumeState {}

  /** LUKS2, nothing under way. */
  record Encrypted(UUID uuid, Set<Slot> slots) implements VolumeState {

    public Encrypted {
      slots = Set.copyOf(slots);
    }
  }

  /** LUKS2 with an operation under way that is not ours. */
  record ForeignConversion(UUID uuid, String what) implements VolumeState {}
}
