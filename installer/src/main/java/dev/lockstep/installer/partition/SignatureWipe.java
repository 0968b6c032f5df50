package dev.lockstep.installer.partition;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
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

  /**
   * Zeroes the spans; doing it again changes nothing. The partition table goes first, with a flush
   * of its own: else a cut could leave an old system that starts, with a part of it gone.
   */
  public static void wipe(Medium medium, DiskLayout layout) throws IOException {
    zero(medium, tables(layout));
    zero(medium, spans(layout));
    if (!isWiped(medium, layout)) {
      throw new IOException(
          "%s did not keep the zeros that were written to it; the disk is failing, replace it"
              .formatted(medium.path()));
    }
  }

  private static void zero(Medium medium, SortedSet<Long> offsets) throws IOException {
    for (long offset : offsets) {
      medium.write(offset, new byte[SPAN_BYTES]);
    }
    medium.flush();
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

  private static SortedSet<Long> tables(DiskLayout layout) {
    return new TreeSet<>(Set.of(0L, layout.diskBytes() - SPAN_BYTES));
  }

  private static SortedSet<Long> spans(DiskLayout layout) {
    SortedSet<Long> offsets = tables(layout);
    offsets.add(layout.esp().offsetBytes());
    offsets.add(layout.boot().offsetBytes());
    offsets.add(layout.root().offsetBytes());
    offsets.add(layout.root().endBytes() - SPAN_BYTES);
    return offsets;
  }
}
