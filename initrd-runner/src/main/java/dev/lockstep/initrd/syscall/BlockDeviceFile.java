package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * A block device or an image file, with the flushes that a power cut makes necessary.
 *
 * <p>Opened before somebody else's writes, {@link #flush} also reports <em>their</em> lost writes:
 * Linux keeps write-back errors for every descriptor that was open when they happened
 * (Documentation/filesystems/vfs.rst, errseq). Not thread-safe.
 */
public final class BlockDeviceFile implements RandomReader, AutoCloseable {
  /** What is wanted of the device. */
  public enum Access {
    READ_ONLY(Descriptor.O_RDONLY),
    READ_WRITE(Descriptor.O_RDWR),
    /** Read and write, and on a block device nobody may have it mounted or mapped. */
    EXCLUSIVE(Descriptor.O_RDWR | Descriptor.O_EXCL);

    private final int flags;

    Access(int flags) {
      this.flags = flags;
    }
  }

  private static final int COPY_BYTES = DirectRead.CHUNK_BYTES;

  // linux/fs.h
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long BLKSSZGET = 0x1268L;
  private static final long BLKDISCARD = 0x1277L;
  private static final long BLKZEROOUT = 0x127fL;

  // linux/falloc.h
  private static final int FALLOC_FL_KEEP_SIZE = 1;
  private static final int FALLOC_FL_PUNCH_HOLE = 2;
  private static final int FALLOC_FL_ZERO_RANGE = 16;

  private static final int SEEK_END = 2;

  private final Path path;
  private final Descriptor descriptor;
  private final boolean blockDevice;
  private boolean flushFailed;

  private BlockDeviceFile(Path path, Descriptor descriptor, boolean blockDevice) {
    this.path = path;
    this.descriptor = descriptor;
    this.blockDevice = blockDevice;
  }

  /**
   * Opens an existing block device or regular file; never creates one.
   *
   * @throws IOException when it is neither, or can't be had in that way; a device in use is named
   *     so
   */
  public static BlockDeviceFile open(Path path, Access access) throws IOException {
    boolean regular = Files.isRegularFile(path);
    // O_EXCL without O_CREAT is defined for block devices only (open(2))
    int flags = regular ? access.flags & ~Descriptor.O_EXCL : access.flags;
    try {
      Descriptor descriptor = Descriptor.open(path, flags);
      try {
        if (!regular) {
          sizeOfDevice(descriptor); // proves that it is a block device
        }
        return new BlockDeviceFile(path, descriptor, !regular);
      } catch (ErrnoException e) {
        descriptor.close();
        throw new IOException(path + " is neither a block device nor a regular file", e);
      }
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EBUSY) {
        throw new DeviceBusyException(path, e);
      }
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  public boolean isBlockDevice() {
    return blockDevice;
  }

  @Override
  public long sizeBytes() throws IOException {
    if (blockDevice) {
      return sizeOfDevice(descriptor);
    }
    int fd = descriptor.number();
    return Libc.check(
        "lseek", path.toString(), capture -> Libc.LSEEK.callCapturing(capture, fd, 0L, SEEK_END));
  }

  /** The smallest unit the device writes at once: 512 or 4096; 512 for a file. */
  public int logicalSectorBytes() throws IOException {
    if (!blockDevice) {
      return 512;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_INT);
      descriptor.ioctl("BLKSSZGET", BLKSSZGET, size);
      return size.get(ValueLayout.JAVA_INT, 0);
    }
  }

  @Override
  public void readFully(long offsetBytes, ByteBuffer target) throws IOException {
    requireOffset(offsetBytes);
    MemorySegment copy = DirectRead.CHUNK.get();
    long offset = offsetBytes;
    while (target.hasRemaining()) {
      int got = readOnce(descriptor, copy, Math.min(target.remaining(), COPY_BYTES), offset);
      target.put(copy.asSlice(0, got).asByteBuffer());
      offset += got;
    }
  }

  /**
   * Fills {@code target} from the medium, not from the page cache, so that comparing it proves what
   * is stored. It uses O_DIRECT on a descriptor of its own, which writes dirty pages out first and
   * goes to the device; where the file system has no O_DIRECT (tmpfs before Linux 6.6) it falls
   * back to dropping the clean pages, and answers so.
   *
   * <p>On a loop device the read reaches the loop driver; it reaches the medium below only if the
   * loop was attached with direct I/O.
   */
  public ReadBack readBack(long offsetBytes, ByteBuffer target) throws IOException {
    requireOffset(offsetBytes);
    return DirectRead.readFully(this, offsetBytes, target);
  }

  /**
   * Has what {@link #readBack} would read digested instead, with no copy of it on the heap.
   *
   * @param digest is updated with the bytes
   */
  public void digestBack(long offsetBytes, long lengthBytes, MessageDigest digest)
      throws IOException {
    requireOffset(offsetBytes);
    DirectRead.digest(this, offsetBytes, lengthBytes, digest);
  }

  /** How a read-back got its bytes. */
  public enum ReadBack {
    /** From the device: the cache was not asked. */
    DIRECT,
    /** The file system knows no O_DIRECT: its clean cache was dropped first. */
    CACHE_DROPPED
  }

  /** Writes all of {@code source}. Nothing is durable before {@link #flush}. */
  public void writeFully(long offsetBytes, ByteBuffer source) throws IOException {
    requireOffset(offsetBytes);
    requireNoFailedFlush();
    int fd = descriptor.number();
    MemorySegment copy = DirectRead.CHUNK.get();
    long offset = offsetBytes;
    while (source.hasRemaining()) {
      int part = Math.min(source.remaining(), COPY_BYTES);
      copy.asByteBuffer().put(source.slice(source.position(), part));
      long at = offset;
      long written =
          Libc.checkRestarting(
              "pwrite",
              path.toString(),
              capture -> Libc.PWRITE.callCapturing(capture, fd, copy, (long) part, at));
      if (written == 0) {
        throw new ErrnoException("pwrite", path.toString(), Errno.ENOSPC);
      }
      source.position(source.position() + (int) written);
      offset += written;
    }
  }

  /**
   * fsync(2). When it fails, pages may have been dropped and marked clean: a second fsync would
   * succeed and prove nothing. So it is never retried, and this object refuses further writes.
   */
  public void flush() throws IOException {
    requireNoFailedFlush();
    int fd = descriptor.number();
    try {
      Libc.check("fsync", path.toString(), capture -> Libc.FSYNC.callCapturing(capture, fd));
    } catch (ErrnoException e) {
      flushFailed = true;
      throw e;
    }
  }

  /** Makes a range read as zeros, without writing each byte where the device or file system can. */
  public void zero(long offsetBytes, long lengthBytes) throws IOException {
    requireRange(offsetBytes, lengthBytes);
    requireNoFailedFlush();
    try {
      if (blockDevice) {
        rangeIoctl("BLKZEROOUT", BLKZEROOUT, offsetBytes, lengthBytes);
      } else {
        allocate(FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, offsetBytes, lengthBytes);
      }
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
      writeZeros(offsetBytes, lengthBytes);
    }
  }

  /**
   * Tells the device that a range is no longer needed (BLKDISCARD), or punches a hole into an image
   * file. What a device returns there afterwards is its own affair: use {@link #zero} where it
   * counts.
   *
   * @throws ErrnoException with {@link Errno#EOPNOTSUPP} where the device knows no discard
   */
  public void discard(long offsetBytes, long lengthBytes) throws IOException {
    requireRange(offsetBytes, lengthBytes);
    requireNoFailedFlush();
    if (blockDevice) {
      rangeIoctl("BLKDISCARD", BLKDISCARD, offsetBytes, lengthBytes);
    } else {
      allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offsetBytes, lengthBytes);
    }
  }

  Descriptor descriptor() {
    return descriptor;
  }

  /** One pread; at least one byte, or an exception. */
  static int readOnce(Descriptor descriptor, MemorySegment target, long count, long offset)
      throws IOException {
    int fd = descriptor.number();
    long got =
        Libc.checkRestarting(
            "pread",
            descriptor.name(),
            capture -> Libc.PREAD.callCapturing(capture, fd, target, count, offset));
    if (got == 0) {
      throw new IOException(descriptor.name() + " ends at byte " + offset + ", more was expected");
    }
    return Math.toIntExact(got);
  }

  private static long sizeOfDevice(Descriptor descriptor) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      descriptor.ioctl("BLKGETSIZE64", BLKGETSIZE64, size);
      return size.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private void rangeIoctl(String name, long request, long offsetBytes, long lengthBytes)
      throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment range = arena.allocateFrom(ValueLayout.JAVA_LONG, offsetBytes, lengthBytes);
      descriptor.ioctl(name, request, range);
    }
  }

  private void allocate(int mode, long offsetBytes, long lengthBytes) throws ErrnoException {
    int fd = descriptor.number();
    Libc.checkRestarting(
        "fallocate",
        path.toString(),
        capture -> Libc.FALLOCATE.callCapturing(capture, fd, mode, offsetBytes, lengthBytes));
  }

  private void writeZeros(long offsetBytes, long lengthBytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(lengthBytes, COPY_BYTES));
    for (long done = 0; done < lengthBytes; done += zeros.limit()) {
      zeros.clear().limit((int) Math.min(lengthBytes - done, COPY_BYTES));
      writeFully(offsetBytes + done, zeros);
    }
  }

  private void requireNoFailedFlush() throws IOException {
    if (flushFailed) {
      throw new IOException("an earlier flush of " + path + " failed: what it stores is unknown");
    }
  }

  private void requireRange(long offsetBytes, long lengthBytes) throws IOException {
    requireOffset(offsetBytes);
    if (lengthBytes <= 0 || lengthBytes > sizeBytes() - offsetBytes) {
      throw new IllegalArgumentException(
          "no range of " + lengthBytes + " bytes at " + offsetBytes + " in " + path);
    }
  }

  private static void requireOffset(long offsetBytes) {
    if (offsetBytes < 0) {
      throw new IllegalArgumentException("negative offset " + offsetBytes);
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }

  @Override
  public String toString() {
    return "BlockDeviceFile[" + path + "]";
  }
}
