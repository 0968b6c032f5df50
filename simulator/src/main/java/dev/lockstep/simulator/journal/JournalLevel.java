package dev.lockstep.simulator.journal;

import dev.lockstep.simulator.disk.ModelDisk;

/** How much of the real journal is under the simulator. Both levels write the same records. */
public enum JournalLevel {
  /** The real records, chain and scanner on the modelled disk: fast. */
  RECORDS {
    @Override
    Pen pen(ModelDisk disk) {
      return new SectorPen(disk);
    }
  },
  /** The real journal with Chronicle Queue on a real file, in memory. */
  CHRONICLE {
    @Override
    Pen pen(ModelDisk disk) {
      return new ChroniclePen(disk);
    }
  };

  abstract Pen pen(ModelDisk disk);
}
