package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.tpm.OffDisk;
import java.util.List;

/** All that outlives a power cut. */
public record Image(DiskImage root, DiskImage boot, DiskImage journal, OffDisk offDisk) {

  public DiskImage of(Domain domain) {
    return switch (domain) {
      case ROOT -> root;
      case BOOT -> boot;
      case JOURNAL -> journal;
    };
  }

  /** With these writes on the medium too. */
  public Image with(List<PendingWrite> writes) {
    return new Image(
        root.with(in(Domain.ROOT, writes)),
        boot.with(in(Domain.BOOT, writes)),
        journal.with(in(Domain.JOURNAL, writes)),
        offDisk);
  }

  private static List<PendingWrite> in(Domain domain, List<PendingWrite> writes) {
    return writes.stream().filter(write -> write.domain() == domain).toList();
  }
}
