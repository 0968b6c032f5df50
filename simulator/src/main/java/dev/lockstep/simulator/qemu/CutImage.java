package dev.lockstep.simulator.qemu;

import dev.lockstep.simulator.qemu.WriteLog.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A disk as a power cut may leave it: what was flushed is there; of what was written since, any
 * part is, and one write of it may be torn between two sectors.
 *
 * @param position so many entries of the log were done when the power went
 * @param durable so many of them were flushed
 * @param kept those behind them that are there all the same, by their number in the log
 * @param torn which of the kept ones is there in part; -1 for none
 * @param tornSectors so much of it, from its beginning
 * @param kind what was chosen, in words
 */
record CutImage(
    int position, int durable, List<Integer> kept, int torn, long tornSectors, String kind) {

  /** What becomes of the writes that were not flushed. */
  private enum Kind {
    NONE("none of them"),
    ALL("all of them"),
    TORN("all of them, the last one torn"),
    ONE_LOST("all of them but one"),
    ONE_KEPT("one of them only"),
    RANDOM("a random half of them, one torn");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  CutImage {
    kept = List.copyOf(kept);
  }

  /**
   * So many cuts, spread evenly over the log: each at random within its share of it.
   *
   * @return in the order of the log; the seed's own
   */
  static List<CutImage> plan(WriteLog log, int images, long seed) {
    Random random = new Random(seed);
    int entries = log.entries().size();
    int turn = random.nextInt(Kind.values().length);
    List<CutImage> plan = new ArrayList<>();
    for (int number = 0; number < images; number++) {
      long from = (long) entries * number / images;
      long to = Math.max(from + 1, (long) entries * (number + 1) / images);
      int position = (int) Math.min(entries, from + 1 + random.nextLong(to - from));
      Kind kind = Kind.values()[(turn + number) % Kind.values().length];
      plan.add(at(log.entries(), position, kind, random));
    }
    return plan;
  }

  private static CutImage at(List<Entry> entries, int position, Kind kind, Random random) {
    int durable = position;
    while (durable > 0 && !entries.get(durable - 1).isFlush()) {
      durable--;
    }
    if (durable > 0 && entries.get(durable - 1).lengthBytes() > 0) {
      durable--; // what comes with a flush is written behind it
    }
    List<Integer> forced = new ArrayList<>();
    List<Integer> loose = new ArrayList<>();
    for (int at = durable; at < position; at++) {
      (entries.get(at).isForced() ? forced : loose).add(at);
    }
    if (loose.isEmpty()) {
      return new CutImage(position, durable, forced, -1, 0, "nothing was under way");
    }
    int one = loose.get(random.nextInt(loose.size()));
    List<Integer> kept = new ArrayList<>(forced);
    kept.addAll(
        switch (kind) {
          case NONE -> List.of();
          case ALL, TORN -> loose;
          case ONE_LOST -> loose.stream().filter(at -> at != one).toList();
          case ONE_KEPT -> List.of(one);
          case RANDOM -> loose.stream().filter(at -> at == one || random.nextBoolean()).toList();
        });
    kept.sort(null);
    int torn =
        switch (kind) {
          case TORN -> loose.getLast();
          case RANDOM -> one;
          case NONE, ALL, ONE_LOST, ONE_KEPT -> -1;
        };
    long sectors = torn < 0 ? 0 : entries.get(torn).lengthBytes() / WriteLog.SECTOR_BYTES;
    return new CutImage(
        position,
        durable,
        kept,
        torn,
        sectors < 2 ? sectors : random.nextLong(sectors),
        kind.words);
  }

  /** For a person. */
  String words(WriteLog log) {
    return "after write %d of %d, %d since the last flush, on the medium %s"
        .formatted(position, log.entries().size(), position - durable, kind);
  }

  /** Puts what is kept over what was flushed. */
  void apply(WriteLog log, FileChannel data, FileChannel disk) throws IOException {
    for (int at : kept) {
      Entry entry = log.entries().get(at);
      put(
          entry,
          at == torn ? tornSectors * WriteLog.SECTOR_BYTES : entry.lengthBytes(),
          data,
          disk);
    }
  }

  /** Makes entries of the log, up to one that is not, durable on a disk. */
  static void flush(WriteLog log, int from, int to, FileChannel data, FileChannel disk)
      throws IOException {
    for (Entry entry : log.entries().subList(from, to)) {
      put(entry, entry.lengthBytes(), data, disk);
    }
  }

  private static void put(Entry entry, long lengthBytes, FileChannel data, FileChannel disk)
      throws IOException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(lengthBytes, 1 << 20));
    for (long done = 0; done < lengthBytes; done += piece.limit()) {
      piece.clear().limit((int) Math.min(piece.capacity(), lengthBytes - done));
      while (piece.hasRemaining() && !entry.isDiscard()) {
        if (data.read(piece, entry.dataOffsetBytes() + done + piece.position()) < 0) {
          throw new IOException("the write log ends within a write");
        }
      }
      piece.rewind();
      while (piece.hasRemaining()) {
        disk.write(piece, entry.offsetBytes() + done + piece.position());
      }
    }
  }
}
