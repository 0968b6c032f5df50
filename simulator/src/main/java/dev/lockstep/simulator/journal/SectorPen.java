package dev.lockstep.simulator.journal;

import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import java.util.List;

/** Writes each record where the real file has it, and nothing else. */
final class SectorPen implements Pen {

  private final ModelDisk disk;

  SectorPen(ModelDisk disk) {
    this.disk = disk;
  }

  @Override
  public void write(JournalRecord record, byte[] bytes, int document) {
    int generation = record.generation();
    List<Sector> sectors = GenerationSectors.with(disk::sector, generation, document, bytes);
    int first = generation * GenerationSectors.COUNT + document / Sector.BYTES;
    for (int at = 0; at < sectors.size(); at++) {
      disk.write(first + at, sectors.get(at));
    }
  }

  @Override
  public void force() {
    disk.flush();
  }

  @Override
  public void close() {}
}
