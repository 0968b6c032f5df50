package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.luks.LuksArea.Copy;
import java.io.IOException;

/**
 * Both copies of a header and the key slots behind them, read and written in libcryptsetup's order:
 * of two whole copies the higher seqid wins, and the other is mended first; a copy is on the medium
 * before the other is touched.
 */
record HeaderOnDisk(ModelDisk disk) {

  /** The winning copy, after the other was mended from it. */
  LuksHeader load() throws IOException {
    LuksArea area = area();
    Copy best = best(area);
    if (!area.settled()) {
      write(area.primary().contains(best) ? LuksArea.SECONDARY : LuksArea.PRIMARY, best);
    }
    return best.header();
  }

  void commit(LuksHeader header) {
    long sequence = LuksArea.read(disk::sector).best().map(Copy::sequence).getOrElse(0L) + 1;
    Copy copy = new Copy(sequence, header);
    write(LuksArea.PRIMARY, copy);
    write(LuksArea.SECONDARY, copy);
  }

  /** Our own writer's order: the copy that is current is written last, and nothing is mended. */
  void finalise() throws IOException {
    LuksArea area = area();
    Copy best = best(area);
    if (best.header().requirement() && !best.header().finishedNotFinalised()) {
      throw new IOException("the conversion is not finished, so it can't be finalised");
    }
    Copy ended = new Copy(best.sequence() + 1, best.header().with(false, false, 0));
    boolean firstIsCurrent = area.primary().contains(best) && !area.settled();
    write(firstIsCurrent ? LuksArea.SECONDARY : LuksArea.PRIMARY, ended);
    write(firstIsCurrent ? LuksArea.PRIMARY : LuksArea.SECONDARY, ended);
  }

  KeyslotArea keyslots() {
    return KeyslotArea.read(disk.sector(LuksArea.KEYSLOT_AREA));
  }

  /** On the medium before the header is touched, whether a slot comes or goes. */
  void writeKeys(KeyslotArea area) {
    disk.write(LuksArea.KEYSLOT_AREA, area.encode());
    disk.flushUnheard();
  }

  private LuksArea area() {
    disk.reading();
    return LuksArea.read(disk::sector);
  }

  private static Copy best(LuksArea area) throws IOException {
    return area.best().getOrElseThrow(() -> new IOException("no LUKS2 header is whole"));
  }

  private void write(int base, Copy copy) {
    disk.write(base, copy.binary());
    disk.write(base + 1, copy.header().encode());
    disk.flushUnheard();
  }
}
