package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Takes a child's standard output into locked memory. {@code Process.getInputStream()} would leave
 * a copy in its buffer on the Java heap; a pipe's own pages are never swapped.
 *
 * <p>Read after the child has ended: a pipe holds 64 KiB, far more than {@link
 * MemoryFile#MAX_BYTES}, and a child that writes more than that runs into its time limit.
 */
final class SecretPipe implements AutoCloseable {
  private final int readEnd;
  private final int writeEnd;
  private boolean writeEndOpen = true;

  SecretPipe() throws IOException {
    int[] ends = NativeCalls.pipe();
    readEnd = ends[0];
    writeEnd = ends[1];
  }

  /** To be opened by this process only: the child gets the open file. */
  Path writeEnd() {
    return Path.of("/proc/self/fd/" + writeEnd);
  }

  /**
   * Everything the child wrote; false, and no call of the sink, when that was nothing or too much.
   */
  boolean drainTo(SecretSink sink) throws IOException {
    closeWriteEnd(); // or the read below would never see the end
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(MemoryFile.MAX_BYTES + 1L);
      NativeCalls.lock(memory);
      try {
        long length = readAll(memory);
        if (length < 1 || length > MemoryFile.MAX_BYTES) {
          return false;
        }
        sink.accept(memory.asSlice(0, length).asReadOnly());
        return true;
      } finally {
        NativeCalls.wipeAndUnlock(memory);
      }
    }
  }

  private long readAll(MemorySegment memory) throws IOException {
    long length = 0;
    while (length < memory.byteSize()) {
      long count = NativeCalls.read(readEnd, memory.asSlice(length));
      if (count == 0) {
        break;
      }
      length += count;
    }
    return length;
  }

  private void closeWriteEnd() throws IOException {
    if (writeEndOpen) {
      writeEndOpen = false;
      NativeCalls.close(writeEnd);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      closeWriteEnd();
    } finally {
      NativeCalls.close(readEnd);
    }
  }
}
