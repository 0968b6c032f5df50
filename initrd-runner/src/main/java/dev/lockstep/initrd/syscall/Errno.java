package dev.lockstep.initrd.syscall;

/** The error numbers this project tells apart (asm-generic/errno-base.h, asm-generic/errno.h). */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EBUSY = 16;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENOTTY = 25;
  public static final int ENOSPC = 28;
  public static final int ENOANO = 55;
  public static final int EOPNOTSUPP = 95;

  private Errno() {}

  /** The C library's sentence for an error number, such as "No such file or directory". */
  public static String text(int errno) {
    return Libc.strerror(errno);
  }
}
