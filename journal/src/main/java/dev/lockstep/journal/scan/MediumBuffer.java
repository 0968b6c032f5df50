package dev.lockstep.journal.scan;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory that direct I/O can read into, used again and again: to get and clear some for each file
 * costs as much as to read it. For one reader at a time.
 */
public final class MediumBuffer {
  /** At least every block size of a disk in use. */
  private static final int ALIGNMENT_BYTES = 4096;

  private final Arena arena;
  private final int blockBytes;
  private ByteBuffer memory = ByteBuffer.allocate(0);

  /**
   * Room for files of one filesystem.
   *
   * @param place on it
   * @param arena gives the memory, and takes it back
   */
  public MediumBuffer(Path place, Arena arena) {
    this.arena = arena;
    this.blockBytes = blockBytes(place);
  }

  private static int blockBytes(Path place) {
    try {
      return (int) Math.max(ALIGNMENT_BYTES, Files.getFileStore(place).getBlockSize());
    } catch (IOException | UnsupportedOperationException unknown) {
      return ALIGNMENT_BYTES; // where that is too small, the first direct read is refused
    }
  }

  /** What offsets and lengths of a direct read are multiples of. */
  int blockBytes() {
    return blockBytes;
  }

  /** The same memory each time, its first {@code length} bytes. */
  ByteBuffer first(int length) {
    if (memory.capacity() < length) {
      MemorySegment aligned = arena.allocate(length, blockBytes);
      memory = aligned.asByteBuffer();
    }
    return memory.clear().limit(length);
  }
}
