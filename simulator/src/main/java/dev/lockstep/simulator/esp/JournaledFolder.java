package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.esp.BootReading.Entry;
import dev.lockstep.simulator.esp.JournaledReading.Commit;
import dev.lockstep.simulator.esp.JournaledReading.Inode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A filesystem with a journal, as ext4 is.
 *
 * <p><b>The fault contract.</b> Names, sizes and places change as a whole, in their order: after a
 * cut they are as behind one of the commits since the last flush. Data is not in the journal, and
 * any subset of its sectors may have arrived, whatever the commits say (ext4's {@code
 * data=writeback}; {@code data=ordered} keeps more). Writing over a file truncates it first, in a
 * commit of its own. Sectors that a cut may yet give back to an earlier commit are not written to.
 */
record JournaledFolder(ModelDisk disk) implements BootFolder {

  /** An empty one. */
  static void format(ModelDisk disk) {
    disk.write(FIRST.firstSector(), JournaledReading.bytes(FIRST));
    disk.flush();
  }

  private static final Commit FIRST = new Commit(1, List.of());

  @Override
  public JournaledReading reading() {
    return new JournaledReading(disk::sector);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    Optional<Entry> old =
        reading().entries().stream().filter(entry -> entry.name().equals(path)).findFirst();
    int index = old.isPresent() ? old.get().index() : BootFolder.freeIndex(reading());
    BitSet used = reading().usedByOthers(index);
    used.or(new JournaledReading(disk.durable()::sector).usedByOthers(BootReading.FILES));
    commit(index, List.of(new Inode(new Entry(index, path, 0), List.of())));
    int count = BootFolder.sectorsOf(content);
    List<Integer> chain = BootFolder.enough(BootReading.free(used, count), count);
    for (int piece = 0; piece < chain.size(); piece++) {
      disk.write(chain.get(piece), Sector.of(content, piece * Sector.BYTES));
    }
    commit(index, List.of(new Inode(new Entry(index, path, content.length), chain)));
  }

  @Override
  public void rename(Entry entry, String path) {
    Entry renamed = new Entry(entry.index(), path, entry.sizeBytes());
    commit(entry.index(), List.of(new Inode(renamed, reading().chain(entry.index()))));
  }

  @Override
  public void remove(Entry entry) {
    commit(entry.index(), List.of());
  }

  private Commit lastDurable() {
    return new JournaledReading(disk.durable()::sector).newest().get();
  }

  /** All as it is but for one file. */
  private void commit(int index, List<Inode> instead) {
    Commit last = reading().newest().get();
    List<Inode> inodes = new ArrayList<>(last.inodes());
    inodes.removeIf(inode -> inode.entry().index() == index);
    inodes.addAll(instead);
    Commit next = new Commit(last.number() + 1, inodes);
    if (next.number() - lastDurable().number() == JournaledReading.COMMITS) {
      disk.flush(); // a checkpoint: or it would be written over with nothing sure behind it
    }
    disk.write(next.firstSector(), JournaledReading.bytes(next));
  }
}
