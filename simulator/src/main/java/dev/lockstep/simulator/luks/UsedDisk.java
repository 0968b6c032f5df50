package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.luks.VolumeState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What lies behind the modelled window: an earlier owner's plaintext, what it was overwritten with,
 * or the filesystem, once a person has opened the finished volume and grown it by hand.
 */
public final class UsedDisk {

  private static final Sector EARLIER = text("a letter of the disk's earlier owner");

  /** Stands for random bytes. */
  static final Sector NOISE = text("noise");

  private UsedDisk() {}

  private static Sector text(String words) {
    return Sector.of(words.getBytes(StandardCharsets.US_ASCII));
  }

  /** With an earlier owner's plaintext behind the window. */
  public static DiskImage of(Layout layout, DiskImage image) {
    List<PendingWrite> writes = new ArrayList<>();
    for (int at = layout.windowSectors(); at < layout.partitionSectors(); at++) {
      writes.add(new PendingWrite(Domain.ROOT, at, EARLIER));
    }
    return image.with(writes);
  }

  public static boolean holdsEarlierContent(Layout layout, DiskImage image) {
    for (int at = layout.windowSectors(); at < layout.partitionSectors(); at++) {
      if (image.sector(at).equals(EARLIER)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether nothing but these lies there: nobody has written past the window's end. Where the
   * filesystem is about to grow, some of its new blocks may be there before they count.
   */
  static boolean isWhole(VolumeReading volume) {
    Layout layout = volume.layout();
    boolean grown = volume.step().exists(GrowthStep::isGrown);
    for (int at = layout.windowSectors(); at < layout.partitionSectors(); at++) {
      Sector found = volume.sectors().apply(at);
      int place = at;
      boolean free = found.equals(EARLIER) || found.equals(NOISE) || found.equals(Sector.BLANK);
      boolean taken =
          volume.header().exists(header -> found.equals(grownInto(header, layout, place)));
      if (!taken && (grown || !free)) {
        return false;
      }
    }
    return true;
  }

  private static Sector grownInto(LuksHeader header, Layout layout, int place) {
    int logical = place - layout.shiftSectors();
    return Cipher.encrypt(header.number(), logical, GrowthStep.block(logical));
  }

  /**
   * As a person leaves it who opened the volume between two boots, grew its filesystem to the
   * partition's end and wrote to it; the same where the volume is not finished.
   */
  public static DiskImage grownByHand(Layout layout, DiskImage image) {
    VolumeReading volume = new VolumeReading(layout, image::sector);
    if (!(volume.state() instanceof VolumeState.Encrypted)
        || volume.step().exists(GrowthStep::isGrown)) {
      return image;
    }
    LuksHeader header = volume.header().get();
    List<PendingWrite> writes = new ArrayList<>();
    writes.add(
        new PendingWrite(
            Domain.ROOT,
            layout.shiftSectors() + layout.superblock(),
            Cipher.encrypt(
                header.number(), layout.superblock(), PlainFilesystem.grownSuperblock(layout))));
    int first = layout.shiftSectors() + layout.filesystemSectors();
    for (int at = first; at < layout.partitionSectors(); at++) {
      writes.add(new PendingWrite(Domain.ROOT, at, grownInto(header, layout, at)));
    }
    return image.with(writes);
  }
}
