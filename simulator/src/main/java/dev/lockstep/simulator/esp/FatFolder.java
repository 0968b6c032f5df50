package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.esp.BootReading.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A FAT: nothing in it is atomic.
 *
 * <p><b>The fault contract.</b> Data, chain and folder entry of a file are sector writes of their
 * own, and any subset of them may reach the medium before the next flush. Writing over a file
 * truncates it first, so that a cut can leave it empty. Sectors that no chain holds keep their old
 * bytes, and a new file whose data did not arrive shows them. A folder entry does not share its
 * sector with another: a write of one file can't damage another file's entry.
 */
record FatFolder(ModelDisk disk) implements BootFolder {

  @Override
  public BootReading reading() {
    return new FatReading(disk::sector);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    BootReading before = reading();
    Optional<Entry> old =
        before.entries().stream().filter(entry -> entry.name().equals(path)).findFirst();
    int index = old.isPresent() ? old.get().index() : BootFolder.freeIndex(before);
    disk.write(index, FatReading.entrySector(path, 0)); // truncated, or created empty
    if (old.isPresent()) {
      disk.write(BootReading.FILES + index, FatReading.chainSector(List.of()));
    }
    int count = BootFolder.sectorsOf(content);
    List<Integer> chain =
        BootFolder.enough(BootReading.free(before.usedByOthers(index), count), count);
    for (int piece = 0; piece < chain.size(); piece++) {
      disk.write(chain.get(piece), Sector.of(content, piece * Sector.BYTES));
    }
    disk.write(BootReading.FILES + index, FatReading.chainSector(chain));
    disk.write(index, FatReading.entrySector(path, content.length));
  }

  @Override
  public void rename(Entry entry, String path) {
    disk.write(entry.index(), FatReading.entrySector(path, entry.sizeBytes()));
  }

  @Override
  public void remove(Entry entry) {
    disk.write(entry.index(), FatReading.deleted(disk.sector(entry.index())));
    disk.write(BootReading.FILES + entry.index(), FatReading.chainSector(List.of()));
  }
}
