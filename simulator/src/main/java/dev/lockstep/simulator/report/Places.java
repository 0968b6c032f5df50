package dev.lockstep.simulator.report;

import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.esp.ModelBootPartition;
import dev.lockstep.simulator.journal.ModelJournal;
import dev.lockstep.simulator.luks.Layout;

/** What lies where on the modelled disks, for the reader of a plan. */
record Places(Layout layout) {

  String of(PendingWrite write) {
    return switch (write.domain()) {
      case ROOT -> ofRoot(write.sector());
      case BOOT -> ModelBootPartition.place(write.sector());
      case JOURNAL -> ModelJournal.place(write.sector());
    };
  }

  private String ofRoot(int sector) {
    if (sector < layout.shiftSectors()) {
      return "head, or LUKS2 header";
    }
    if (sector == layout.crypttabSector()) {
      return "crypttab";
    }
    if (sector >= layout.windowSectors()) {
      return "behind the window";
    }
    if (sector >= layout.tailSector()) {
      return "tail: the head's copy";
    }
    return "hot zone " + sector / layout.shiftSectors();
  }
}
