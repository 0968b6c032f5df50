package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.Sector;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * The boot partition's filesystem as its sectors tell it: which of the two it is, they tell too.
 */
sealed interface BootReading permits FatReading, JournaledReading {

  int FILES = 10;
  int FIRST_DATA = 2 * FILES;
  int DATA_SECTORS = 32;

  /** One file that is there. */
  record Entry(int index, String name, int sizeBytes) {}

  /** Mounts what is there. */
  static BootReading of(IntFunction<Sector> sectors) {
    JournaledReading journaled = new JournaledReading(sectors);
    return journaled.isOne() ? journaled : new FatReading(sectors);
  }

  IntFunction<Sector> sectors();

  List<Entry> entries();

  /** Where the content of a file is. */
  List<Integer> chain(int index);

  /** A file ends where the shorter of size and chain does. */
  default byte[] content(Entry entry) {
    List<Integer> chain = chain(entry.index());
    byte[] content = new byte[Math.min(entry.sizeBytes(), chain.size() * Sector.BYTES)];
    for (int at = 0; at < content.length; at += Sector.BYTES) {
      Sector sector = sectors().apply(chain.get(at / Sector.BYTES));
      sector.copyTo(content, at, Math.min(Sector.BYTES, content.length - at));
    }
    return content;
  }

  default SortedMap<String, byte[]> files() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    entries().forEach(entry -> files.put(entry.name(), content(entry)));
    return files;
  }

  /** The sectors that files other than this one have. */
  default BitSet usedByOthers(int index) {
    BitSet used = new BitSet();
    for (Entry entry : entries()) {
      if (entry.index() != index) {
        chain(entry.index()).forEach(used::set);
      }
    }
    return used;
  }

  /** The first sectors that are not used; fewer than wanted where the partition is full. */
  static List<Integer> free(BitSet used, int count) {
    List<Integer> free = new ArrayList<>();
    for (int at = FIRST_DATA; at < FIRST_DATA + DATA_SECTORS && free.size() < count; at++) {
      if (!used.get(at)) {
        free.add(at);
      }
    }
    return free;
  }
}
