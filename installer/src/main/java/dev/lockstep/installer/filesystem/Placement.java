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
 * @param extent where it lies
 * @param sha256 of the whole range, lower-case hex: what tells afterwards that it is there
 */
public record Placement(Extent extent, String sha256) {
  private static final int STEP_BYTES = 1024 * 1024;

  /** Copies, flushes, reads back from the medium and compares. */
  static Placement place(Path image, Medium medium, Extent extent) throws IOException {
    try (Medium from = Medium.openReadOnly(image)) {
      if (from.sizeBytes() != extent.sizeBytes()) {
        throw new IOException(
            "%s has %d bytes, but %d were planned"
                .formatted(image, from.sizeBytes(), extent.sizeBytes()));
      }
      MessageDigest digest = newDigest();
      for (long at = 0; at < extent.sizeBytes(); at += STEP_BYTES) {
        byte[] wanted = from.read(at, step(extent, at));
        digest.update(wanted);
        if (!Arrays.equals(wanted, medium.read(extent.offsetBytes() + at, wanted.length))) {
          medium.write(extent.offsetBytes() + at, wanted);
        }
      }
      medium.flush(); // before the read back, or it would wait for the cache anyway; a failure here
      // is final
      Placement placed = new Placement(extent, HexFormat.of().formatHex(digest.digest()));
      if (!placed.isOn(medium)) {
        throw new IOException(
            "%s gave back other bytes than were written between %d and %d; the disk is failing, replace it"
                .formatted(medium.path(), extent.offsetBytes(), extent.endBytes()));
      }
      return placed;
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
