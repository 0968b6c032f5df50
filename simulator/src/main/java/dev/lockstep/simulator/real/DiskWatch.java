package dev.lockstep.simulator.real;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds which sectors of an image have changed since the last look, and stores their content. */
final class DiskWatch implements AutoCloseable {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int MOST_LOOKS = 100;
  private static final int SECTOR_BYTES = SectorWrites.SECTOR_BYTES;

  private final FileChannel disk;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment seen;
  private final FileChannel store;
  private final ByteBuffer now = ByteBuffer.allocateDirect(CHUNK_BYTES);

  /**
   * @param seen a copy of the disk, changed along with what is found
   * @param store is made
   */
  DiskWatch(Path disk, Path seen, Path store) throws IOException {
    this.disk = FileChannel.open(disk, READ);
    try (FileChannel channel = FileChannel.open(seen, READ, WRITE)) {
      this.seen = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
    }
    this.store = FileChannel.open(store, CREATE_NEW, WRITE);
  }

  /** One look at a range. */
  SortedMap<Long, Long> look(long offsetBytes, long sizeBytes) throws IOException {
    SortedMap<Long, Long> found = new TreeMap<>();
    for (long at = offsetBytes; at < offsetBytes + sizeBytes; at += CHUNK_BYTES) {
      int length = (int) Math.min(CHUNK_BYTES, offsetBytes + sizeBytes - at);
      fill(disk, now.clear().limit(length), at);
      if (MemorySegment.ofBuffer(now).mismatch(seen.asSlice(at, length)) >= 0) {
        compare(at, length, found);
      }
    }
    return found;
  }

  /**
   * Looks until nothing changed meanwhile: the kernel may write to a mounted filesystem on its own,
   * and half of that before a look and half behind it is what no disk ever held.
   */
  SortedMap<Long, Long> lookUntilStill(long offsetBytes, long sizeBytes) throws IOException {
    SortedMap<Long, Long> found = look(offsetBytes, sizeBytes);
    if (found.isEmpty()) {
      return found;
    }
    for (int looks = 0; looks < MOST_LOOKS; looks++) {
      SortedMap<Long, Long> more = look(offsetBytes, sizeBytes);
      if (more.isEmpty()) {
        return found;
      }
      found.putAll(more);
    }
    throw new IOException("a partition does not come to rest, though everybody stands still");
  }

  private void compare(long offsetBytes, int length, SortedMap<Long, Long> found)
      throws IOException {
    for (int at = 0; at < length; at += SECTOR_BYTES) {
      ByteBuffer sector = now.slice(at, SECTOR_BYTES);
      MemorySegment before = seen.asSlice(offsetBytes + at, SECTOR_BYTES);
      if (MemorySegment.ofBuffer(sector).mismatch(before) >= 0) {
        before.copyFrom(MemorySegment.ofBuffer(sector));
        found.put((offsetBytes + at) / SECTOR_BYTES, store.position());
        while (sector.hasRemaining()) {
          int _ = store.write(sector);
        }
      }
    }
  }

  private static void fill(FileChannel from, ByteBuffer into, long at) throws IOException {
    for (long place = at; into.hasRemaining(); ) {
      int got = from.read(into, place);
      if (got < 0) {
        throw new IOException("the image became shorter");
      }
      place += got;
    }
    into.flip();
  }

  @Override
  public void close() throws IOException {
    disk.close();
    arena.close();
    store.close();
  }
}
