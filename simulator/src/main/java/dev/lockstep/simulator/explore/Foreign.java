package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.fault.Mishap.Kind;
import dev.lockstep.simulator.luks.Content.Growth;
import dev.lockstep.simulator.luks.Layout;
import dev.lockstep.simulator.luks.PlainFilesystem;
import dev.lockstep.simulator.luks.VolumeReading;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Luks.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What can be done to a machine that is off, and what it leaves. */
record Foreign(Simulation simulation, Image image) {

  private static final int HEADER_SECTORS = 4;

  /** Everything that can be done to it. */
  List<Mishap> possible() {
    List<Mishap> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      switch (kind) {
        case JOURNAL_LOST -> add(all, image.journal().length() > 0, kind, Domain.JOURNAL);
        case PLAIN_SYSTEM_BOOTED -> add(all, plainSystemBoots(), kind, Domain.ROOT);
        case GROWN_BY_HAND, CUT_WHILE_GROWN -> add(all, operatorOpens(), kind, Domain.ROOT);
        case BIT_ROT -> addRot(all);
        case FAILED_FLUSH, WRITE_ERROR, READ_ERROR, NO_ROOM -> {}
      }
    }
    return all;
  }

  private static void add(List<Mishap> all, boolean possible, Kind kind, Domain domain) {
    if (possible) {
      all.add(new Mishap(kind, domain, 0));
    }
  }

  private boolean plainSystemBoots() {
    RootFacts root = facts();
    return root.volume() instanceof VolumeState.Plain
        && root.wholeInTheClear()
        && !image.offDisk().content().edited();
  }

  private boolean operatorOpens() {
    RootFacts root = facts();
    boolean converted =
        root.volume() instanceof VolumeState.Encrypted
            || root.volume() instanceof VolumeState.ConvertedNotFinalised;
    return converted
        && root.header()
            .exists(
                header ->
                    header.slots().contains(Slot.RECOVERY)
                        && image.offDisk().holdsRecoveryKey(header.number()))
        && root.wholeThroughHeader()
        && !image.offDisk().content().grown();
  }

  private RootFacts facts() {
    return RootFacts.of(layout(), image);
  }

  private Layout layout() {
    return simulation.scenario().layout();
  }

  private void addRot(List<Mishap> all) {
    for (int sector = 0; sector < image.journal().length(); sector++) {
      addRot(all, Domain.JOURNAL, sector);
    }
    for (PreparedFile file : PreparedFile.values()) {
      ModelBootPartition.sectorsOf(image.boot(), file.path())
          .forEach(sector -> addRot(all, Domain.BOOT, sector));
    }
    if (new VolumeReading(layout(), image.root()::sector).headerIsSettled()) {
      for (int sector = 0; sector < HEADER_SECTORS; sector++) {
        addRot(all, Domain.ROOT, sector);
      }
    }
  }

  private void addRot(List<Mishap> all, Domain domain, int sector) {
    if (!image.of(domain).sector(sector).equals(Sector.BLANK)) {
      all.add(new Mishap(Kind.BIT_ROT, domain, sector));
    }
  }

  /**
   * What is left when it was done.
   *
   * @throws IllegalArgumentException if it can't be done to this image: a plan of another version
   */
  Image after(Mishap mishap) {
    if (!mishap.kind().isForeign()) {
      return image;
    }
    if (!possible().contains(mishap)) {
      throw new IllegalArgumentException("the plan's mishap can't come about: " + mishap);
    }
    return switch (mishap.kind()) {
      case JOURNAL_LOST -> image.with(Domain.JOURNAL, DiskImage.BLANK);
      case PLAIN_SYSTEM_BOOTED ->
          image
              .with(Domain.ROOT, PlainFilesystem.edited(image.root()))
              .with(image.offDisk().edited());
      case GROWN_BY_HAND -> grown(Growth.IN_SUPERBLOCK);
      case CUT_WHILE_GROWN -> grown(Growth.IN_LOG);
      case BIT_ROT -> image.with(mishap.domain(), rotten(image.of(mishap.domain()), mishap.at()));
      case FAILED_FLUSH, WRITE_ERROR, READ_ERROR, NO_ROOM -> image;
    };
  }

  private Image grown(Growth growth) {
    return image
        .with(
            Domain.ROOT,
            PlainFilesystem.grown(layout(), facts().header().get(), image.root(), growth))
        .with(image.offDisk().grown(growth));
  }

  /** In the last byte that is not zero, behind which there is nothing but filling. */
  private static DiskImage rotten(DiskImage disk, int sector) {
    byte[] bytes = disk.sector(sector).bytes();
    int last = bytes.length - 1;
    while (bytes[last] == 0) {
      last--;
    }
    byte[] rotten = Arrays.copyOf(bytes, bytes.length);
    rotten[last] ^= 1;
    return disk.with(sector, Sector.of(rotten));
  }
}
