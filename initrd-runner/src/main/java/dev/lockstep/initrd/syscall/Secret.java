package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Bytes that must not leave memory: off the Java heap, on pages of their own that are locked (never
 * swapped) and left out of core files, wiped by {@link #close}. It can't be printed, compared by
 * {@code equals} or serialised.
 *
 * <p>The memory may be used from any thread, until it is closed.
 */
public final class Secret implements AutoCloseable {
  /** The largest secret: a generous limit on everything read from a file or a pipe. */
  public static final int MAXIMUM_BYTES = 64 * 1024;

  private static final long PAGE_BYTES =
      64 * 1024; // the largest page size Linux uses on our targets
  private static final int MADV_DONTDUMP = 16; // asm-generic/mman-common.h

  private final Arena arena;
  private final MemorySegment pages;
  private final int length;
  private boolean closed;

  private Secret(Arena arena, MemorySegment pages, int length) {
    this.arena = arena;
    this.pages = pages;
    this.length = length;
  }

  /**
   * Locked memory of {@code length} zero bytes, to be filled by its owner.
   *
   * @param length 0 to {@link #MAXIMUM_BYTES}
   * @throws ErrnoException when the memory can't be locked (RLIMIT_MEMLOCK)
   */
  @SuppressWarnings("MustBeClosed") // the secret owns the arena and closes it
  public static Secret allocate(int length) throws ErrnoException {
    if (length < 0 || length > MAXIMUM_BYTES) {
      throw new IllegalArgumentException(
          "a secret has 0 to " + MAXIMUM_BYTES + " bytes, not " + length);
    }
    Arena arena = Arena.ofShared();
    try {
      long pageBytes = Math.max(PAGE_BYTES, (length + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
      MemorySegment pages = arena.allocate(pageBytes, PAGE_BYTES);
      Libc.check(
          "mlock",
          "of memory for a secret",
          capture -> Libc.MLOCK.callCapturing(capture, pages, pageBytes));
      Libc.check(
          "madvise",
          "of memory for a secret",
          capture -> Libc.MADVISE.callCapturing(capture, pages, pageBytes, MADV_DONTDUMP));
      return new Secret(arena, pages, length);
    } catch (ErrnoException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Fresh randomness from getrandom(2), which waits for the kernel's pool to be ready. */
  public static Secret random(int length) throws ErrnoException {
    Secret secret = allocate(length);
    try {
      long filled = 0;
      while (filled < length) {
        MemorySegment rest = secret.pages.asSlice(filled, length - filled);
        filled +=
            Libc.checkRestarting(
                "getrandom",
                "",
                capture -> Libc.GETRANDOM.callCapturing(capture, rest, rest.byteSize(), 0));
      }
      return secret;
    } catch (ErrnoException | RuntimeException e) {
      secret.close();
      throw e;
    }
  }

  /** Takes the bytes over and wipes the array they came in. */
  public static Secret taking(byte[] bytes) throws ErrnoException {
    try {
      Secret secret = allocate(bytes.length);
      MemorySegment.copy(bytes, 0, secret.pages, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return secret;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Copies native bytes; their owner wipes them. */
  public static Secret copyOf(MemorySegment bytes) throws ErrnoException {
    Secret secret = allocate(Math.toIntExact(bytes.byteSize()));
    secret.pages.copyFrom(bytes);
    return secret;
  }

  /**
   * Reads a whole file or FIFO to its end.
   *
   * @param limitBytes how many bytes are accepted at most, up to {@link #MAXIMUM_BYTES}
   * @throws IOException when there are more bytes than that, or reading fails
   */
  public static Secret readFrom(Path path, int limitBytes) throws IOException {
    try (Descriptor descriptor = Descriptor.open(path, Descriptor.O_RDONLY)) {
      return readFrom(descriptor, limitBytes);
    }
  }

  /** As {@link #readFrom(Path, int)}, from a descriptor's current position. */
  public static Secret readFrom(Descriptor descriptor, int limitBytes) throws IOException {
    try (Secret buffer = allocate(limitBytes)) {
      long filled = 0;
      while (filled < limitBytes) {
        long got = buffer.readInto(descriptor, filled, limitBytes - filled);
        if (got == 0) {
          break;
        }
        filled += got;
      }
      try (Secret probe = allocate(1)) {
        if (filled == limitBytes && probe.readInto(descriptor, 0, 1) != 0) {
          throw new IOException(
              descriptor.name()
                  + " holds more than the "
                  + limitBytes
                  + " bytes a secret may have");
        }
      }
      return buffer.slice(0, (int) filled);
    }
  }

  private long readInto(Descriptor descriptor, long offset, long count) throws ErrnoException {
    int fd = descriptor.number();
    MemorySegment target = pages.asSlice(offset, count);
    return Libc.checkRestarting(
        "read", descriptor.name(), capture -> Libc.READ.callCapturing(capture, fd, target, count));
  }

  /** Writes every byte to the descriptor. */
  public void writeTo(Descriptor descriptor) throws ErrnoException {
    int fd = descriptor.number();
    long written = 0;
    while (written < length) {
      MemorySegment rest = bytes().asSlice(written, length - written);
      written +=
          Libc.checkRestarting(
              "write",
              descriptor.name(),
              capture -> Libc.WRITE.callCapturing(capture, fd, rest, rest.byteSize()));
    }
  }

  /** A copy of part of it, in locked memory of its own. */
  public Secret slice(int offset, int count) throws ErrnoException {
    Secret copy = allocate(count);
    MemorySegment.copy(bytes(), offset, copy.pages, 0, count);
    return copy;
  }

  public int length() {
    return length;
  }

  /** The bytes for a native call; valid until {@link #close}. */
  public MemorySegment bytes() {
    return pages.asSlice(0, length);
  }

  /** A window on the same locked memory, for code that encodes or generates; valid until closed. */
  public ByteBuffer buffer() {
    return bytes().asByteBuffer();
  }

  /** Compares in a time that does not depend on where the first difference is. */
  public boolean sameAs(Secret other) {
    if (length != other.length) {
      return false;
    }
    int difference = 0;
    for (int i = 0; i < length; i++) {
      difference |= pages.get(ValueLayout.JAVA_BYTE, i) ^ other.pages.get(ValueLayout.JAVA_BYTE, i);
    }
    return difference == 0;
  }

  /** Wipes, unlocks and frees the memory. Closing twice is harmless. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    pages.fill((byte) 0);
    try {
      Libc.check(
          "munlock",
          "of memory of a secret",
          capture -> Libc.MUNLOCK.callCapturing(capture, pages, pages.byteSize()));
    } catch (ErrnoException e) {
      throw new IllegalStateException(e); // our own pages: only a programming error gets here
    } finally {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "Secret[wiped or hidden]";
  }
}
