package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.file.Path;

/**
 * flock(2) on a disk or image file, held until it is closed or the process dies. Unlike Java's file
 * locks (POSIX, fcntl) it stays when this process closes some other descriptor of the same file.
 */
public final class WholeFileLock implements AutoCloseable {

  // asm-generic/fcntl.h
  private static final int LOCK_EXCLUSIVE = 2;
  private static final int LOCK_NOT_BLOCKING = 4;

  private final Descriptor descriptor;

  private WholeFileLock(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  public static WholeFileLock on(Path file) throws IOException {
    return new WholeFileLock(Descriptor.open(file, Descriptor.O_RDONLY));
  }

  /**
   * Asks once.
   *
   * @return false if somebody else has it
   */
  public boolean tryLock() throws IOException {
    int fd = descriptor.number();
    try {
      Libc.check(
          "flock",
          descriptor.name(),
          capture -> Libc.FLOCK.callCapturing(capture, fd, LOCK_EXCLUSIVE | LOCK_NOT_BLOCKING));
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EAGAIN) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }
}
