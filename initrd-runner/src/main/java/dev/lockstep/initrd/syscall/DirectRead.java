package dev.lockstep.initrd.syscall;

import dev.lockstep.initrd.syscall.BlockDeviceFile.ReadBack;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Reads past the page cache. O_DIRECT wants offset, length and memory aligned to the device's
 * sectors; 4096 satisfies every device, so the wanted range is widened to it. The last sectors of a
 * file whose size is no multiple of 4096 come as a short read, which is what is wanted.
 */
final class DirectRead {
  private static final int ALIGNMENT = 4096;

  /** One large page of the processor's: to the disk it is one piece, and not 512. */
  static final int CHUNK_BYTES = 2 * 1024 * 1024;

  private static final int POSIX_FADV_DONTNEED = 4;

  /** Kept: a fresh one is filled with zeros first, which costs as much as the read. */
  static final ThreadLocal<MemorySegment> CHUNK = ThreadLocal.withInitial(DirectRead::newChunk);

  private DirectRead() {}

  /** A large page where the launcher has glibc ask for them; in small ones it is only slower. */
  static MemorySegment newChunk() {
    return Arena.ofAuto().allocate(CHUNK_BYTES, CHUNK_BYTES);
  }

  /** What becomes of the bytes, piece by piece. */
  @FunctionalInterface
  interface Sink extends AutoCloseable {
    /**
     * Takes what was read into {@link #chunk}; it may be read into again only when that says so.
     */
    void take(ByteBuffer piece);

    /** Where the next piece is to be read to. */
    default MemorySegment chunk() {
      return CHUNK.get();
    }

    @Override
    default void close() {}
  }

  static ReadBack readFully(BlockDeviceFile file, long offsetBytes, ByteBuffer target)
      throws IOException {
    int start = target.position();
    try {
      read(file, offsetBytes, target.remaining(), target::put);
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

  static void digest(BlockDeviceFile file, long offsetBytes, long lengthBytes, MessageDigest digest)
      throws IOException {
    try (DigestBehind behind = new DigestBehind(digest)) {
      read(file, offsetBytes, lengthBytes, behind);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EINVAL) { // which comes with the first read, if at all
        throw e;
      }
      for (long at = 0; at < lengthBytes; at += CHUNK_BYTES) {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, lengthBytes - at));
        readFully(file, offsetBytes + at, piece);
        digest.update(piece.flip());
      }
    }
  }

  /**
   * Hands the bytes on without a copy on the heap.
   *
   * @throws ErrnoException with {@link Errno#EINVAL} where the file system knows no O_DIRECT
   */
  private static void read(BlockDeviceFile file, long offsetBytes, long lengthBytes, Sink sink)
      throws IOException {
    try (Descriptor direct =
        Descriptor.open(file.path(), Descriptor.O_RDONLY | Descriptor.O_DIRECT)) {
      readAligned(direct, offsetBytes, lengthBytes, sink);
    }
  }

  private static void readAligned(Descriptor direct, long offsetBytes, long lengthBytes, Sink sink)
      throws IOException {
    long offset = offsetBytes;
    long end = offsetBytes + lengthBytes;
    while (offset < end) {
      int skip = (int) (offset % ALIGNMENT);
      MemorySegment chunk = sink.chunk();
      long wanted = Math.min(CHUNK_BYTES, roundUp(skip + end - offset));
      int got = BlockDeviceFile.readOnce(direct, chunk, wanted, offset - skip) - skip;
      if (got <= 0) {
        throw new IOException(direct.name() + " ends before byte " + offset);
      }
      int used = (int) Math.min(got, end - offset);
      sink.take(chunk.asSlice(skip, used).asByteBuffer());
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
