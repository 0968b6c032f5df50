package dev.lockstep.initrd.syscall;

import dev.lockstep.initrd.syscall.NativeFunction.Result;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The C library's functions used here, each bound with capture of errno.
 *
 * <p>{@link #check} is the one way to call them: it gives the native frame its capture buffer and
 * turns a negative result into an {@link ErrnoException}. The argument order is that of the manual
 * page, after the capture buffer.
 */
final class Libc {
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle CAPTURED_ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  static final NativeFunction OPEN = function("open", Result.INT, 3);
  static final NativeFunction CLOSE = function("close", Result.INT, 1);
  static final NativeFunction READ = function("read", Result.LONG, 3);
  static final NativeFunction WRITE = function("write", Result.LONG, 3);
  static final NativeFunction PREAD = function("pread", Result.LONG, 4);
  static final NativeFunction PWRITE = function("pwrite", Result.LONG, 4);
  static final NativeFunction FSYNC = function("fsync", Result.INT, 1);
  static final NativeFunction SYNCFS = function("syncfs", Result.INT, 1);
  static final NativeFunction LSEEK = function("lseek", Result.LONG, 3);
  static final NativeFunction FALLOCATE = function("fallocate", Result.INT, 4);
  static final NativeFunction IOCTL_POINTER = function("ioctl", Result.INT, 3);
  static final NativeFunction IOCTL_VALUE = function("ioctl", Result.INT, 3);
  static final NativeFunction MLOCK = function("mlock", Result.INT, 2);
  static final NativeFunction MUNLOCK = function("munlock", Result.INT, 2);
  static final NativeFunction MADVISE = function("madvise", Result.INT, 3);
  static final NativeFunction MLOCKALL = function("mlockall", Result.INT, 1);
  static final NativeFunction GETRANDOM = function("getrandom", Result.LONG, 3);
  static final NativeFunction PRCTL = function("prctl", Result.INT, 5);
  static final NativeFunction SETRLIMIT = function("setrlimit", Result.INT, 2);
  static final NativeFunction MOUNT = function("mount", Result.INT, 5);
  static final NativeFunction FLOCK = function("flock", Result.INT, 2);
  static final NativeFunction UNSHARE = function("unshare", Result.INT, 1);
  static final NativeFunction GETEUID = function("geteuid", Result.INT, 0);
  static final NativeFunction UMOUNT2 = function("umount2", Result.INT, 2);

  /** The XSI form, which glibc and musl both have: it fills a buffer and is thread-safe. */
  private static final NativeFunction STRERROR_R = function("__xpg_strerror_r", Result.INT, 3);

  /** Returns its error instead of setting errno. */
  private static final NativeFunction POSIX_FADVISE = function("posix_fadvise", Result.INT, 4);

  private static final int STRERROR_BYTES = 256;

  private Libc() {}

  /** One bound call, given the buffer that captures errno. */
  @FunctionalInterface
  interface Call {
    long invoke(MemorySegment capture);
  }

  /** Makes the call; a negative result becomes an exception that names the call and the subject. */
  static long check(String name, String subject, Call call) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment capture = arena.allocate(CAPTURE);
      long result = call.invoke(capture);
      if (result < 0) {
        throw new ErrnoException(name, subject, (int) CAPTURED_ERRNO.get(capture, 0L));
      }
      return result;
    }
  }

  /** As {@link #check}, made again while a signal interrupts it. Never for fsync. */
  static long checkRestarting(String name, String subject, Call call) throws ErrnoException {
    while (true) {
      try {
        return check(name, subject, call);
      } catch (ErrnoException e) {
        if (e.errno() != Errno.EINTR) {
          throw e;
        }
      }
    }
  }

  static String strerror(int errno) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(STRERROR_BYTES);
      long failure = STRERROR_R.call(errno, text, STRERROR_BYTES);
      return failure == 0 ? text.getString(0) : "unknown error";
    }
  }

  /** posix_fadvise(3): 0, or the error number. */
  static int posixFadvise(int fd, long offsetBytes, long lengthBytes, int advice) {
    return (int) POSIX_FADVISE.call(fd, offsetBytes, lengthBytes, advice);
  }

  private static NativeFunction function(String name, Result result, int arguments) {
    return new NativeFunction(Linker.nativeLinker().defaultLookup(), name, result, arguments);
  }
}
