package dev.lockstep.simulator.install;

import dev.lockstep.statemachine.install.InstallPlan.Role;

/**
 * A sector of an installed system. Those in a partition's first MiB are what the wipe takes away;
 * the others it leaves, whosever they are.
 */
enum Piece {
  ESP_HEAD(Role.ESP, 0, true),
  LOADER(Role.ESP, Piece.BEHIND_THE_WIPE, false),
  /** Without it nobody takes the boot partition for a filesystem. */
  BOOT_HEAD(Role.BOOT, 0, true),
  /** FAT's FSInfo; the half of an ext4 superblock that has its checksum. */
  BOOT_HEAD_REST(Role.BOOT, 1, false),
  ENTRY(Role.BOOT, 40, false),
  KERNEL(Role.BOOT, Piece.BEHIND_THE_WIPE, false),
  INITRD(Role.BOOT, Piece.BEHIND_THE_WIPE + 1, false),
  /** The journal's copy, in two: it can be torn. */
  JOURNAL(Role.BOOT, Piece.BEHIND_THE_WIPE + 2, false),
  JOURNAL_REST(Role.BOOT, Piece.BEHIND_THE_WIPE + 3, false),
  ROOT_HEAD(Role.ROOT, 2, true),
  ROOT_BODY(Role.ROOT, Piece.BEHIND_THE_WIPE, false),
  /** Of an earlier use, such as a RAID's superblock: at the partition's end. */
  OLD_SIGNATURE(Role.ROOT, -1, true);

  /** The wipe clears a MiB. */
  private static final int BEHIND_THE_WIPE = 2048 + 3;

  private final Role role;
  private final int sector;
  private final boolean head;

  Piece(Role role, int sector, boolean head) {
    this.role = role;
    this.sector = sector;
    this.head = head;
  }

  Role role() {
    return role;
  }

  /** Whether something is known by it. */
  boolean isHead() {
    return head;
  }

  boolean isJournal() {
    return this == JOURNAL || this == JOURNAL_REST;
  }

  /** From its partition's first sector; an ext4 superblock comes behind two empty sectors. */
  int sector(Request request) {
    boolean bootHead = this == BOOT_HEAD || this == BOOT_HEAD_REST;
    return bootHead && request == Request.EXT4 ? sector + 2 : sector;
  }
}
