package dev.lockstep.simulator.esp;

import dev.lockstep.simulator.disk.Sector;
import java.io.IOException;
import java.util.List;

/** Changes what a mounted boot partition holds; nothing is durable before its disk is flushed. */
sealed interface BootFolder permits FatFolder, JournaledFolder {

  BootReading reading();

  /** Makes the file, or gives it another content. */
  void write(String path, byte[] content) throws IOException;

  /** Gives it another name, in one write: as if all of it lay in one sector. */
  void rename(BootReading.Entry entry, String path);

  /** Takes the name away; the content stays where it was until somebody else has the sectors. */
  void remove(BootReading.Entry entry);

  /** How many sectors a content takes. */
  static int sectorsOf(byte[] content) {
    return Math.ceilDiv(content.length, Sector.BYTES);
  }

  /** As many as were wanted. */
  static List<Integer> enough(List<Integer> sectors, int count) throws IOException {
    if (sectors.size() < count) {
      throw new IOException("the boot partition is full");
    }
    return sectors;
  }

  /** A place for another file. */
  static int freeIndex(BootReading reading) throws IOException {
    for (int index = 0; index < BootReading.FILES; index++) {
      int wanted = index;
      if (reading.entries().stream().noneMatch(entry -> entry.index() == wanted)) {
        return index;
      }
    }
    throw new IOException("the boot partition's folder is full");
  }
}
