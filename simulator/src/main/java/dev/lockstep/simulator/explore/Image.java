package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.simulator.tpm.OffDisk;
import dev.lockstep.statemachine.invariant.History;
import io.vavr.control.Option;
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

  JournalReading journalReading() {
    return JournalReading.NOTHING.extendedBy(journal);
  }

  /** Of a machine that is off, and whose every record was acknowledged. */
  History history() {
    JournalReading reading = journalReading();
    return new History(
        reading.events(), Option.none(), reading.state(), reading.events(), reading.state());
  }

  /** With another medium in place of one. */
  Image with(Domain domain, DiskImage other) {
    return switch (domain) {
      case ROOT -> new Image(other, boot, journal, offDisk);
      case BOOT -> new Image(root, other, journal, offDisk);
      case JOURNAL -> new Image(root, boot, other, offDisk);
    };
  }

  Image with(OffDisk other) {
    return new Image(root, boot, journal, other);
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
