package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.tpm.Names;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The root filesystem as the installer left it: every sector has content of its own. */
public final class PlainFilesystem {

  public static final String UUID_TEXT = "2f1c5c0e-0f5b-4f0e-9a54-9d3f5f6f7a01";

  private static final String MAGIC = " filesystem " + UUID_TEXT + " sectors=";

  private static final String NEEDS_ITS_LOG = "needs its log\n";

  /** In the head, behind the superblock. */
  private static final int EDITED = 3;

  private static final Memo<Place, Sector> ORIGINALS = new Memo<>(4096);

  private record Place(Layout layout, int sector) {}

  private PlainFilesystem() {}

  static Sector original(Layout layout, int sector) {
    return ORIGINALS.of(new Place(layout, sector), _ -> made(layout, sector));
  }

  private static Sector made(Layout layout, int sector) {
    String text =
        sector == layout.superblock()
            ? layout.filesystem().word() + MAGIC + layout.filesystemSectors() + "\n"
            : sector == layout.crypttabSector()
                ? "# crypttab, no volume yet\n"
                : ("block " + sector + " of the operator's data; ").repeat(9);
    return Sector.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** What a sector has to hold after all that people did. */
  static Sector expected(Layout layout, int sector, Content content) {
    if (content.edited() && sector == EDITED) {
      return Sector.of("what the plain system wrote".getBytes(StandardCharsets.US_ASCII));
    }
    if (content.grown() && sector == layout.superblock()) {
      return content.growth() == Content.Growth.IN_LOG
          ? mountedSuperblock(layout)
          : superblock(layout, layout.filesystemSectors() + layout.shiftSectors());
    }
    return sector < layout.filesystemSectors()
        ? original(layout, sector)
        : Sector.of("what was written since it grew".getBytes(StandardCharsets.US_ASCII));
  }

  private static Sector superblock(Layout layout, int sectors) {
    return Sector.of(superblockText(layout, sectors).getBytes(StandardCharsets.US_ASCII));
  }

  private static String superblockText(Layout layout, int sectors) {
    return layout.filesystem().word() + MAGIC + sectors + "\n";
  }

  /** The size it had when it was mounted, and that this may not be all. */
  private static Sector mountedSuperblock(Layout layout) {
    return mounted(layout, layout.filesystemSectors(), "");
  }

  /** While it is mounted, with more words of its own. */
  static Sector mounted(Layout layout, int sectors, String more) {
    String text = superblockText(layout, sectors) + NEEDS_ITS_LOG + more;
    return Sector.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  static boolean needsItsLog(Sector superblock) {
    return new String(superblock.bytes(), StandardCharsets.US_ASCII).contains(NEEDS_ITS_LOG);
  }

  /** A plain root partition after its system was booted, and has written to its head. */
  public static DiskImage edited(DiskImage root) {
    return root.with(
        EDITED, expected(Layout.SMALL, EDITED, new Content(true, Content.Growth.NONE)));
  }

  /** An encrypted one after it was opened, its filesystem grown and written to at its new end. */
  public static DiskImage grown(
      Layout layout, LuksHeader header, DiskImage root, Content.Growth growth) {
    DiskImage grown = root;
    for (int logical : new int[] {layout.superblock(), layout.filesystemSectors()}) {
      Sector plain = expected(layout, logical, new Content(false, growth));
      grown =
          grown.with(
              logical + layout.shiftSectors(), Cipher.encrypt(header.number(), logical, plain));
    }
    return grown;
  }

  /** Of the filesystem that was grown to the end of its volume. */
  static Sector grownSuperblock(Layout layout) {
    return superblock(layout, GrowthStep.endSector(layout));
  }

  static Sector crypttab(UUID luksUuid) {
    return Sector.of(
        ("root UUID=" + luksUuid + " none tpm2-device=auto\n").getBytes(StandardCharsets.US_ASCII));
  }

  public static DiskImage image(Layout layout) {
    List<PendingWrite> writes = new ArrayList<>();
    for (int sector = 0; sector < layout.filesystemSectors(); sector++) {
      writes.add(new PendingWrite(Domain.ROOT, sector, original(layout, sector)));
    }
    return DiskImage.BLANK.with(writes);
  }

  /** As another tool leaves it that has placed its header and converted nothing yet. */
  public static DiskImage begunByAnotherTool(Layout layout) {
    LuksHeader header =
        new LuksHeader(
                Names.FOREIGN,
                Names.FOREIGN,
                Set.of(Slot.KEYFILE),
                TpmSlots.none(),
                LuksHeader.Conversion.NONE,
                LuksHeader.Enrolment.NONE,
                Option.none())
            .converting(layout.windowSectors(), layout.filesystemSectors());
    byte[] area = LuksArea.file(header, layout.shiftSectors());
    List<PendingWrite> writes = new ArrayList<>();
    for (int sector = 0; sector < layout.shiftSectors(); sector++) {
      writes.add(
          new PendingWrite(Domain.ROOT, layout.tailSector() + sector, original(layout, sector)));
      writes.add(
          new PendingWrite(
              Domain.ROOT, sector, Sector.of(area, Math.min(area.length, sector * Sector.BYTES))));
    }
    return image(layout).with(writes);
  }

  static Option<VolumeState.Plain> recognise(Sector superblock) {
    String text = new String(superblock.bytes(), StandardCharsets.US_ASCII);
    int magic = text.indexOf(MAGIC);
    if (magic <= 0) {
      return Option.none();
    }
    int sectors = Integer.parseInt(text.substring(magic + MAGIC.length(), text.indexOf('\n')));
    return Option.some(
        new VolumeState.Plain(
            text.substring(0, magic), UUID_TEXT, Layout.bytes(sectors), Sector.BYTES));
  }
}
