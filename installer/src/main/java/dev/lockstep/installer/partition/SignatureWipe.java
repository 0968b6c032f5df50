package dev.lockstep.installer.partition;

import java.io.IOException;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Takes away what earlier uses of the disk left where tools look for signatures: the first and last
 * MiB of the disk, the first MiB of each partition and the last of the root partition. Otherwise an
 * old LUKS, RAID or btrfs superblock may win over the new content.
 */
public final class SignatureWipe {
  private static final int SPAN_BYTES = (int) DiskLayout.MIB;

  private SignatureWipe() {}

  /** Zeroes the spans; doing it again changes nothing. */
  public static void wipe(Medium medium, DiskLayout layout) throws IOException {
    byte[] zeros = new byte[SPAN_BYTES];
    for (long offset : spans(layout)) {
      medium.write(offset, zeros);
    }
    medium.flush();
    if (!isWiped(medium, layout)) {
      throw new IOException(
          "%s did not keep the zeros that were written to it; the disk is failing, replace it"
              .formatted(medium.path()));
    }
  }

  /** Whether all spans are zero: true after {@link #wipe} and until something is installed. */
  public static boolean isWiped(Medium medium, DiskLayout layout) throws IOException {
    byte[] zeros = new byte[SPAN_BYTES];
    for (long offset : spans(layout)) {
      if (!Arrays.equals(zeros, medium.readBack(offset, SPAN_BYTES))) {
        return false;
      }
    }
    return true;
  }

  private static SortedSet<Long> spans(DiskLayout layout) {
    TreeSet<Long> offsets = new TreeSet<>();
    offsets.add(0L);
    offsets.add(layout.diskBytes() - SPAN_BYTES);
    offsets.add(layout.esp().offsetBytes());
    offsets.add(layout.boot().offsetBytes());
    offsets.add(layout.root().offsetBytes());
    offsets.add(layout.root().endBytes() - SPAN_BYTES);
    return offsets;
  }
}
