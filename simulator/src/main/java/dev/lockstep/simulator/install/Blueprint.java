package dev.lockstep.simulator.install;

import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.install.InstallPlan.Identifiers;
import dev.lockstep.statemachine.install.InstallPlan.Partition;
import dev.lockstep.statemachine.install.InstallPlan.Role;
import dev.lockstep.statemachine.partition.Gpt;
import dev.lockstep.statemachine.partition.GptCodec;
import java.util.List;
import java.util.UUID;

/**
 * One system that an install makes, to the last byte.
 *
 * @param number stands for the identifiers that the install drew: another install has others
 */
record Blueprint(Request request, int number) {

  /** Whose it was before. */
  static final Blueprint OLD = new Blueprint(Request.VFAT, 0);

  private static final Memo<Blueprint, Gpt> TABLES = new Memo<>(1000);
  private static final Memo<Blueprint, DiskImage> TABLES_ON_DISK = new Memo<>(1000);

  static Blueprint of(InstallPlan plan) {
    Request request = plan.request().equals(Request.VFAT.digest()) ? Request.VFAT : Request.EXT4;
    return new Blueprint(request, (int) plan.identifiers().disk().getLeastSignificantBits());
  }

  InstallPlan plan() {
    DiskIds ids = ids();
    return new InstallPlan(
        "folder " + request,
        request.digest(),
        request.layout().diskBytes(),
        new Identifiers(
            ids.disk(),
            ids.bootFilesystem(),
            ids.rootFilesystem(),
            ids.hashSeed(),
            ids.espVolume(),
            0),
        List.of(
            partition(Role.ESP, ids.espPartition(), request.layout().esp()),
            partition(Role.BOOT, ids.bootPartition(), request.layout().boot()),
            partition(Role.ROOT, ids.rootPartition(), request.layout().root())),
        request.rootFilesystem().sizeBytes());
  }

  private static Partition partition(Role role, UUID uuid, Extent extent) {
    return new Partition(role, uuid, extent.offsetBytes(), extent.sizeBytes());
  }

  private DiskIds ids() {
    return new DiskIds(id(0), id(1), id(2), id(3), id(4), id(5), id(6), number);
  }

  private UUID id(int of) {
    return new UUID(0x10c4_57e9_0000_4000L + of, 0x8000_0000_0000_0000L + number);
  }

  Gpt table() {
    return TABLES.of(this, system -> system.request.layout().gpt(system.ids()));
  }

  /** Where a piece lies, in sectors of the disk. */
  int place(Piece piece) {
    Extent extent = extent(piece.role());
    int sector = piece.sector(request);
    return sectors(sector < 0 ? extent.endBytes() : extent.offsetBytes()) + sector;
  }

  /** What the partition that this sector of the disk is in is known by. */
  Piece headBefore(int sector) {
    if (sector < sectors(request.layout().boot().offsetBytes())) {
      return Piece.ESP_HEAD;
    }
    return sector < sectors(request.layout().root().offsetBytes())
        ? Piece.BOOT_HEAD
        : Piece.ROOT_HEAD;
  }

  private Extent extent(Role role) {
    return switch (role) {
      case ESP -> request.layout().esp();
      case BOOT -> request.layout().boot();
      case ROOT -> request.layout().root();
    };
  }

  static int sectors(long bytes) {
    return (int) (bytes / Sector.BYTES);
  }

  /** A partition's filesystem, from its first sector on. */
  DiskImage filesystem(Role role, String journal) {
    DiskImage image = DiskImage.BLANK;
    for (Piece piece : Piece.values()) {
      if (piece.role() == role && piece != Piece.OLD_SIGNATURE) {
        image = image.with(piece.sector(request), sector(piece, journal));
      }
    }
    return image;
  }

  /** The whole disk, finished. */
  DiskImage disk(String journal) {
    DiskImage disk = TABLES_ON_DISK.of(this, Blueprint::tableOnDisk);
    for (Piece piece : Piece.values()) {
      if (piece != Piece.OLD_SIGNATURE) {
        disk = disk.with(place(piece), sector(piece, journal));
      }
    }
    return disk;
  }

  Sector sector(Piece piece, String journal) {
    return new Stamp(piece, this, piece.isJournal() ? journal : "").sector();
  }

  private DiskImage tableOnDisk() {
    DiskImage disk = with(DiskImage.BLANK, 0, GptCodec.primary(table()));
    return with(
        disk,
        sectors(GptCodec.backupOffsetBytes(Sector.BYTES, Request.DISK_SECTORS)),
        GptCodec.backup(table()));
  }

  private static DiskImage with(DiskImage disk, int first, byte[] bytes) {
    DiskImage changed = disk;
    for (int at = 0; at < bytes.length; at += Sector.BYTES) {
      Sector sector = Sector.of(bytes, at);
      if (!sector.equals(Sector.BLANK)) {
        changed = changed.with(first + at / Sector.BYTES, sector);
      }
    }
    return changed;
  }
}
