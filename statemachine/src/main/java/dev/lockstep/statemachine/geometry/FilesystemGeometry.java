package dev.lockstep.statemachine.geometry;

import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a filesystem says of itself in its superblock: above all where it ends, since in-place
 * encryption needs the last 32 MiB of the partition for itself. Any byte read here may be damaged
 * or hostile; what can't be believed is {@link Unknown}, with the reason.
 */
public sealed interface FilesystemGeometry
    permits FilesystemGeometry.Known, FilesystemGeometry.Unknown {
  /**
   * How much of a partition's start {@link #read} wants to see: btrfs keeps its superblock at 64
   * KiB, 4 KiB long.
   */
  int HEAD_BYTES = 68 * 1024;

  /** A filesystem whose superblock is whole. */
  sealed interface Known extends FilesystemGeometry
      permits Ext4Geometry, XfsGeometry, BtrfsGeometry {
    /** Where the filesystem ends, counted from the partition's first byte. */
    long sizeBytes();

    int blockBytes();

    /**
     * What every read and write of the mounted filesystem is a multiple of, its log's included: an
     * encrypted volume with larger sectors could not be mounted.
     */
    int smallestTransferBytes();

    UUID uuid();

    /** As mount(8) calls it. */
    String type();

    /**
     * Why the filesystem may end elsewhere than its superblock says, as a clause to stand behind a
     * colon; none where nothing but the superblock tells. A mounted filesystem that is grown writes
     * that into its log first: where the power went then, the superblock has the old size, and what
     * was written into the new room since is there, and belongs to it.
     */
    Option<String> doubtAboutEnd();

    /** Whether the filesystem ends at or before this offset. */
    default boolean endsBy(long offsetBytes) {
      return sizeBytes() <= offsetBytes;
    }
  }

  /**
   * No filesystem that may be touched.
   *
   * @param reason one clause, to stand behind "the filesystem can't be read: "
   */
  record Unknown(String reason) implements FilesystemGeometry {}

  /**
   * Reads the first {@link #HEAD_BYTES} of a partition (less, where the partition is smaller).
   * Never throws.
   */
  static FilesystemGeometry read(byte[] head) {
    Head bytes = new Head(head);
    if (bytes.hasAt(0, "LUKS\u00ba\u00be")) {
      return new Unknown("it starts with a LUKS header");
    }
    List<FilesystemGeometry> found = new ArrayList<>();
    for (Option<FilesystemGeometry> candidate :
        List.of(Ext4Geometry.read(bytes), XfsGeometry.read(bytes), BtrfsGeometry.read(bytes))) {
      candidate.forEach(found::add);
    }
    return switch (found.size()) {
      case 0 -> new Unknown("there is neither an ext4, an XFS nor a btrfs superblock");
      case 1 -> found.getFirst();
      default ->
          new Unknown(
              "more than one kind of superblock is there, left over from an earlier filesystem;"
                  + " wipe the one that is wrong");
    };
  }
}
