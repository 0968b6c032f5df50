package dev.lockstep.simulator.real;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import java.util.SortedMap;

/** Sectors with new content, by address. */
final class SectorWrites {

  static final int SECTOR_BYTES = 512;

  /** A device gets a large write in pieces of about this size, in any order. */
  private static final int PIECE_SECTORS = 256;

  /** Their numbers on the disk, ascending. */
  private final long[] sectors;

  /** Where the content of each lies in the store, in bytes. */
  private final long[] places;

  private SectorWrites(long[] sectors, long[] places) {
    this.sectors = sectors;
    this.places = places;
  }

  static SectorWrites of(SortedMap<Long, Long> writes) {
    return new SectorWrites(
        writes.keySet().stream().mapToLong(Long::longValue).toArray(),
        writes.values().stream().mapToLong(Long::longValue).toArray());
  }

  int size() {
    return sectors.length;
  }

  boolean isEmpty() {
    return sectors.length == 0;
  }

  /** Where each piece begins, as an index; the end of the last one behind them. */
  int[] pieces() {
    return java.util.stream.IntStream.rangeClosed(0, size())
        .filter(at -> at == 0 || at == size() || beginsPiece(at))
        .distinct()
        .toArray();
  }

  private boolean beginsPiece(int at) {
    return sectors[at] != sectors[at - 1] + 1 || sectors[at] % PIECE_SECTORS == 0;
  }

  /** Everything. */
  BitSet all() {
    BitSet all = new BitSet(size());
    all.set(0, size());
    return all;
  }

  /** Writes the chosen ones into an image. */
  void apply(BitSet chosen, FileChannel store, FileChannel image) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(PIECE_SECTORS * SECTOR_BYTES);
    for (int at = chosen.nextSetBit(0); at >= 0; ) {
      int end = at + 1;
      while (end < size() && chosen.get(end) && continues(end) && end - at < PIECE_SECTORS) {
        end++;
      }
      bytes.clear().limit((end - at) * SECTOR_BYTES);
      for (long from = places[at]; bytes.hasRemaining(); ) {
        int got = store.read(bytes, from);
        if (got < 0) {
          throw new IOException("the store of recorded writes is too short");
        }
        from += got;
      }
      bytes.flip();
      for (long to = sectors[at] * SECTOR_BYTES; bytes.hasRemaining(); ) {
        to += image.write(bytes, to);
      }
      at = chosen.nextSetBit(end);
    }
  }

  private boolean continues(int at) {
    return sectors[at] == sectors[at - 1] + 1 && places[at] == places[at - 1] + SECTOR_BYTES;
  }
}
