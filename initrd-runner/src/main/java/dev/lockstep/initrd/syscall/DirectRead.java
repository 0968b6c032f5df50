package dev.lockstep.initrd.syscall;

import dev.lockstep.initrd.syscall.BlockDeviceFile.ReadBack;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Reads past the page cache. O_DIRECT wants offset, length and memory aligned to the device's
 * sectors; 4096 satisfies every device, so the wanted range is widened to it. The last sectors of a
 * file whose size is no multiple of 4096 come as a short read, which is what is wanted.
 */
final class DirectRead {
  private static final int ALIGNMENT = 4096;
  private static final int CHUNK_BYTES = 1024 * 1024;
  private static final int POSIX_FADV_DONTNEED = 4;

  /** Kept: a fresh one is filled with zeros first, which costs as much as the read. */
  private static final ThreadLocal<MemorySegment> CHUNK =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CHUNK_BYTES, ALIGNMENT));

  private DirectRead() {}

  static ReadBack readFully(BlockDeviceFile file, long offsetBytes, ByteBuffer target)
      throws IOException {
    int start = target.position();
    try (Descriptor direct =
        Descriptor.open(file.path(), Descriptor.O_RDONLY | Descriptor.O_DIRECT)) {
      readAligned(direct, offsetBytes, target);
      return ReadBack.DIRECT;
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      target.position(start);
      dropCache(file, offsetBytes, target.remaining());
      file.readFully(offsetBytes, target);
      return ReadBack.CACHE_DROPPED;
    }
  }

  private static void readAligned(Descriptor direct, long offsetBytes, ByteBuffer target)
      throws IOException {
    MemorySegment chunk = CHUNK.get();
    long offset = offsetBytes;
    while (target.hasRemaining()) {
      int skip = (int) (offset % ALIGNMENT);
      long wanted = Math.min(CHUNK_BYTES, roundUp(skip + (long) target.remaining()));
      int got = BlockDeviceFile.readOnce(direct, chunk, wanted, offset - skip) - skip;
      if (got <= 0) {
        throw new IOException(direct.name() + " ends before byte " + offset);
      }
      int used = Math.min(got, target.remaining());
      target.put(chunk.asSlice(skip, used).asByteBuffer());
      offset += used;
    }
  }

  private static void dropCache(BlockDeviceFile file, long offsetBytes, long lengthBytes)
      throws ErrnoException {
    int fd = file.descriptor().number();
    int failure = Libc.posixFadvise(fd, offsetBytes, lengthBytes, POSIX_FADV_DONTNEED);
    if (failure != 0) {
      throw new ErrnoException("posix_fadvise", file.path().toString(), failure);
    }
  }

  private static long roundUp(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
