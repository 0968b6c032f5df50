package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.handover.RemovableMedia;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.tpm.Tpm;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.swap.Swap;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * What all volumes of a run share.
 *
 * @param found the policy's volumes on this disk
 * @param bootId of this boot, in each volume's journal
 * @param looksOnly whether nothing is to be written
 */
record RunResources(
    Request request,
    Disk disk,
    FolderBootPartition mountedBoot,
    Scratch scratch,
    Option<Tpm> tpm,
    RemovableMedia media,
    DiskVolumes found,
    UUID bootId,
    boolean looksOnly) {

  PartitionBytes bytesOf(DiskVolume volume) {
    return disk.bytesOf(volume.partition().place());
  }

  /** As this volume's machine sees it. */
  BootPartition boot(DiskVolume volume) {
    return volume.isRoot() ? mountedBoot : new VolumeFiles(mountedBoot, volume.name());
  }

  DiskVolume root() {
    return volumes().getLast();
  }

  /** Those that are converted, the root last. */
  List<DiskVolume> volumes() {
    return found.converted();
  }

  RecoveryKeysInUse recoveryKeysInUse() {
    return new RecoveryKeysInUse(disk, scratch);
  }

  MountedRoot mountedRoot() {
    return new MountedRoot(disk.root(), scratch, looksOnly);
  }

  /** A head that may be torn can pass for a filesystem, and must not be mounted. */
  boolean rootIsSurelyPlain() throws IOException {
    return isSurelyPlain(phase(root().name(), root().folder())) && mountedRoot().isInTheClear();
  }

  /** Whether the root is in the clear, and no other volume is between clear and done. */
  boolean mayBootInTheClear() throws IOException {
    for (String name : mountedBoot.list(VolumeFiles.PARENT)) {
      if (VolumeWish.isName(name)) {
        Phase phase = phase(name, VolumeFiles.folder(name));
        if (!(phase instanceof Phase.Complete) && !isSurelyPlain(phase)) {
          return false; // the root would wait for it, or somebody would open it by hand
        }
      }
    }
    return rootIsSurelyPlain();
  }

  /** Whether the system may be booted as it was installed, and a run would go on to encrypt it. */
  boolean mayBePutOff() throws IOException {
    return mayBootInTheClear() && !(phase(root().name(), root().folder()) instanceof Phase.Undone);
  }

  static boolean isSurelyPlain(Phase phase) {
    return switch (phase) {
      case Phase.Untouched _, Phase.Undone _ -> true;
      case Phase.HeadStaged _, Phase.HeaderInitialised _ -> false;
      case Phase.InTheClear _ -> true;
      case Phase.UnderLuks _, Phase.Withdrawing _, Phase.Contradiction _ -> false;
    };
  }

  /**
   * A volume's journal as it lies: nothing is written before the first append.
   *
   * @param folder of the volume on the boot partition
   */
  <I, O> JournalEvents<I, O> journal(
      String name, String folder, Family<I, O> family, Machine<?, I, O, ?> machine)
      throws IOException {
    return new JournalEvents<>(
        folder + "/journal",
        mountedBoot.folder(folder + "/journal"),
        scratch.folder("chronicle-" + name),
        bootId,
        new EventCodec<>(family),
        machine,
        // Durable before the journal in it: a journal whose folder is lost is lost.
        () -> mountedBoot.makeFolders(folder));
  }

  /** How far that journal says that the volume is. */
  Phase phase(String name, String folder) throws IOException {
    FirstBoot machine = new FirstBoot();
    try (JournalEvents<Intent, Outcome> journal =
        journal(name, folder, Family.FIRST_BOOT, machine)) {
      return machine.replay(journal.past()).phase();
    }
  }

  private SwapPhase swapPhase(String name) throws IOException {
    Swap machine = new Swap();
    try (JournalEvents<SwapIntent, SwapOutcome> journal =
        journal(name, VolumeFiles.folder(name), Family.SWAP, machine)) {
      return machine.replay(journal.past()).phase();
    }
  }

  /**
   * A volume that was begun and is not done, and that the policy does not name any more. The root
   * must not be encrypted before it: nothing would go on with it afterwards.
   */
  Option<String> forgotten() throws IOException {
    for (String name : mountedBoot.list(VolumeFiles.PARENT)) {
      if (VolumeWish.isName(name)
          && ((!isConverted(name) && isUnderWay(name))
              || (!isSwap(name) && swapPhase(name).isUnderWay()))) {
        return Option.some(name);
      }
    }
    return Option.none();
  }

  private boolean isConverted(String name) {
    return volumes().stream().anyMatch(volume -> volume.name().equals(name));
  }

  private boolean isSwap(String name) {
    return found.swaps().stream().anyMatch(swap -> swap.name().equals(name));
  }

  /** By its journal; and where that is gone, by what is prepared beside it. */
  private boolean isUnderWay(String name) throws IOException {
    return switch (phase(name, VolumeFiles.folder(name))) {
      case Phase.Untouched _ -> hasPrepared(name);
      case Phase.Complete _, Phase.Undone _ -> false;
      case Phase.InTheClear _, Phase.UnderLuks _, Phase.Withdrawing _, Phase.Contradiction _ ->
          true;
    };
  }

  private boolean hasPrepared(String name) throws IOException {
    BootPartition own = new VolumeFiles(mountedBoot, name);
    for (PreparedFile file : PreparedFile.values()) {
      if (own.read(file.path()).isDefined()) {
        return true;
      }
    }
    return false;
  }
}
