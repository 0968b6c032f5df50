package dev.lockstep.initrd.syscall;

import java.io.IOException;

/**
 * A system call failed: which one, on what, and the kernel's reason. Never carries file content.
 */
public final class ErrnoException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  public ErrnoException(String call, int errno) {
    this(call, "", errno);
  }

  /**
   * @param subject what the call was made on, such as a path; empty when there is none
   */
  public ErrnoException(String call, String subject, int errno) {
    super(
        call
            + (subject.isEmpty() ? "" : " " + subject)
            + ": "
            + Errno.text(errno)
            + " (errno "
            + errno
            + ")");
    this.call = call;
    this.errno = errno;
  }

  /** The name of the system call or ioctl, as in its manual page. */
  public String call() {
    return call;
  }

  /** The positive error number; see {@link Errno} for names. */
  public int errno() {
    return errno;
  }
}
