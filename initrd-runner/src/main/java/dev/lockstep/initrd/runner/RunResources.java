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
import dev.lockstep.statemachine.port.BootPartition;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * What all volumes of a run share.
 *
 * @param volumes of the disk, the root last
 * @param bootId of this boot, in each volume's journal
 */
record RunResources(
    Request request,
    Disk disk,
    FolderBootPartition mountedBoot,
    Scratch scratch,
    Option<Tpm> tpm,
    RemovableMedia media,
    List<DiskVolume> volumes,
    UUID bootId) {

  PartitionBytes bytesOf(DiskVolume volume) {
    return disk.bytesOf(volume.partition().place());
  }

  /** As this volume's machine sees it. */
  BootPartition boot(DiskVolume volume) {
    return volume.isRoot() ? mountedBoot : new VolumeFiles(mountedBoot, volume.name());
  }

  DiskVolume root() {
    return volumes.getLast();
  }

  /**
   * A volume's journal as it lies: nothing is written before the first append.
   *
   * @param folder of the volume on the boot partition
   */
  JournalEvents<Intent, Outcome> journal(String name, String folder, FirstBoot machine)
      throws IOException {
    return new JournalEvents<>(
        mountedBoot.folder(folder + "/journal"),
        scratch.folder("chronicle-" + name),
        bootId,
        new EventCodec<>(Family.FIRST_BOOT),
        machine,
        // Durable before the journal in it: a journal whose folder is lost is lost.
        () -> mountedBoot.makeFolders(folder));
  }

  /** How far that journal says that the volume is. */
  Phase phase(String name, String folder) throws IOException {
    FirstBoot machine = new FirstBoot();
    try (JournalEvents<Intent, Outcome> journal = journal(name, folder, machine)) {
      return machine.replay(journal.past()).phase();
    }
  }

  /**
   * A volume that was begun and is not done, and that the policy does not name any more. The root
   * must not be encrypted before it: nothing would go on with it afterwards.
   */
  Option<String> forgotten() throws IOException {
    for (String name : mountedBoot.list(VolumeFiles.PARENT)) {
      boolean named = volumes.stream().anyMatch(volume -> volume.name().equals(name));
      if (!named && VolumeWish.isName(name) && isUnderWay(name)) {
        return Option.some(name);
      }
    }
    return Option.none();
  }

  private boolean isUnderWay(String name) throws IOException {
    return switch (phase(name, VolumeFiles.folder(name))) {
      case Phase.Untouched _, Phase.Complete _, Phase.Undone _ -> false;
      case Phase.InTheClear _, Phase.UnderLuks _, Phase.Withdrawing _, Phase.Contradiction _ ->
          true;
    };
  }
}
