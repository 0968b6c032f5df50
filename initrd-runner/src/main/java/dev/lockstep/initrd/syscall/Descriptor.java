package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * An open file descriptor, always close-on-exec, so that no tool started by us inherits a disk or a
 * secret. Not thread-safe.
 */
public final class Descriptor implements AutoCloseable {
  // asm-generic/fcntl.h; O_DIRECT and O_DIRECTORY are swapped on arm64 (arch/arm64 uapi fcntl.h).
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");

  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_EXCL = 0x80;
  static final int O_DIRECT = ARM ? 0x10000 : 0x4000;
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_CLOEXEC = 0x80000;

  private final String name;
  private int number;

  private Descriptor(int number, String name) {
    this.number = number;
    this.name = name;
  }

  /** Opens an existing file, FIFO or {@code /proc/self/fd/N} for reading. */
  public static Descriptor openForReading(Path path) throws IOException {
    return open(path, O_RDONLY);
  }

  /** Opens an existing file, FIFO or {@code /proc/self/fd/N} for writing, from its start. */
  public static Descriptor openForWriting(Path path) throws IOException {
    return open(path, O_WRONLY);
  }

  static Descriptor open(Path path, int flags) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(path.toString());
      int number =
          (int)
              Libc.checkRestarting(
                  "open",
                  path.toString(),
                  capture -> Libc.OPEN.callCapturing(capture, text, flags | O_CLOEXEC, 0600));
      return new Descriptor(number, path.toString());
    }
  }

  /** The number, for a call that takes one; invalid after {@link #close}. */
  public int number() {
    if (number < 0) {
      throw new IllegalStateException(name + " is closed");
    }
    return number;
  }

  /** What was opened, for messages. */
  public String name() {
    return name;
  }

  public boolean isOpen() {
    return number >= 0;
  }

  /** An ioctl whose argument is a pointer. */
  long ioctl(String call, long request, MemorySegment argument) throws ErrnoException {
    int fd = number();
    return Libc.check(
        call, name, capture -> Libc.IOCTL_POINTER.callCapturing(capture, fd, request, argument));
  }

  /** An ioctl whose argument is a number, or ignored. */
  long ioctl(String call, long request, long argument) throws ErrnoException {
    int fd = number();
    return Libc.check(
        call, name, capture -> Libc.IOCTL_VALUE.callCapturing(capture, fd, request, argument));
  }

  /** Closing twice is harmless; an error of close(2) is reported, the descriptor is gone anyway. */
  @Override
  public void close() throws IOException {
    if (number >= 0) {
      int fd = number;
      number = -1;
      Libc.check("close", name, capture -> Libc.CLOSE.callCapturing(capture, fd));
    }
  }

  @Override
  public String toString() {
    return "Descriptor[" + name + (isOpen() ? "" : ", closed") + "]";
  }
}
