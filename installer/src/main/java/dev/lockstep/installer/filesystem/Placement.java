package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.partition.Medium;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A finished filesystem brought onto the disk: every byte of its range ends up as in the image,
 * holes as zeros, since inode tables count on them. Only what differs is written, so a sparse disk
 * image stays sparse, and a redo after a cut goes on where the cut struck.
 *
 * <p>The image's first sector with content is what a filesystem is known by (FAT: the first, ext4:
 * the one with the superblock's magic). It is blank on the medium while anything else is written,
 * and comes last, when all the rest was read back: after a cut nobody takes half of it for whole.
 * Otherwise a boot partition, of which a cut left the directories and part of a kernel, would boot.
 *
 * @param extent where it lies
 * @param sha256 of the whole range, lower-case hex: what tells afterwards that it is there
 */
public record Placement(Extent extent, String sha256) {
  private static final int STEP_BYTES = 1024 * 1024;
  private static final int SECTOR_BYTES = 512;

  /** Copies, flushes, reads back from the medium and compares. */
  static Placement place(Path image, Medium medium, Extent extent) throws IOException {
    try (Medium from = Medium.openReadOnly(image)) {
      return place(from, medium, extent);
    }
  }

  /** The same from an image that is open. */
  public static Placement place(Medium from, Medium medium, Extent extent) throws IOException {
    if (from.sizeBytes() != extent.sizeBytes()) {
      throw new IOException(
          "%s has %d bytes, but %d were planned"
              .formatted(from.path(), from.sizeBytes(), extent.sizeBytes()));
    }
    long known = knownBy(from);
    byte[] head = from.read(known, SECTOR_BYTES);
    writeWhereOther(medium, extent.offsetBytes() + known, new byte[SECTOR_BYTES]);
    medium.flush(); // before the rest: a redo writes over what is whole and boots
    MessageDigest digest = newDigest();
    for (long at = 0; at < extent.sizeBytes(); at += STEP_BYTES) {
      byte[] wanted = from.read(at, step(extent, at));
      digest.update(wanted);
      writeWhereOther(medium, extent.offsetBytes() + at, withoutHead(wanted, known - at));
    }
    medium.flush(); // before the read back, or it would wait for the cache anyway; a failure here
    // is final
    for (long at = 0; at < extent.sizeBytes(); at += STEP_BYTES) {
      byte[] wanted = withoutHead(from.read(at, step(extent, at)), known - at);
      if (!Arrays.equals(wanted, medium.readBack(extent.offsetBytes() + at, wanted.length))) {
        throw new IOException(
            "%s gave back other bytes than were written between %d and %d; the disk is failing, replace it"
                .formatted(medium.path(), extent.offsetBytes(), extent.endBytes()));
      }
    }
    medium.writeVerified(extent.offsetBytes() + known, head);
    return new Placement(extent, HexFormat.of().formatHex(digest.digest()));
  }

  /** Where the first sector with content begins; 0 if there is none. */
  private static long knownBy(Medium image) throws IOException {
    for (long at = 0; at < image.sizeBytes(); at += SECTOR_BYTES) {
      if (!Arrays.equals(new byte[SECTOR_BYTES], image.read(at, SECTOR_BYTES))) {
        return at;
      }
    }
    return 0;
  }

  private static byte[] withoutHead(byte[] wanted, long head) {
    if (head >= 0 && head < wanted.length) {
      Arrays.fill(wanted, (int) head, (int) head + SECTOR_BYTES, (byte) 0);
    }
    return wanted;
  }

  private static void writeWhereOther(Medium medium, long offsetBytes, byte[] wanted)
      throws IOException {
    if (!Arrays.equals(wanted, medium.read(offsetBytes, wanted.length))) {
      medium.write(offsetBytes, wanted);
    }
  }

  /**
   * Whether exactly these bytes are on the disk: how a step that was cut off sees whether it is
   * done.
   */
  public boolean isOn(Medium medium) throws IOException {
    if (medium.sizeBytes() < extent.endBytes()) {
      return false;
    }
    MessageDigest digest = newDigest();
    for (long at = 0; at < extent.sizeBytes(); at += STEP_BYTES) {
      digest.update(medium.readBack(extent.offsetBytes() + at, step(extent, at)));
    }
    return HexFormat.of().formatHex(digest.digest()).equals(sha256);
  }

  private static int step(Extent extent, long at) {
    return (int) Math.min(STEP_BYTES, extent.sizeBytes() - at);
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
