package dev.lockstep.initrd.syscall;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C library's functions used here, each bound with capture of errno.
 *
 * <p>{@link #check} is the one way to call them: it gives the native frame its capture buffer and
 * turns a negative result into an {@link ErrnoException}. The argument order is that of the manual
 * page, after the capture buffer.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle CAPTURED_ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  static final MethodHandle OPEN = variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  static final MethodHandle CLOSE = bind("close", JAVA_INT, JAVA_INT);
  static final MethodHandle READ = bind("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle WRITE = bind("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle PREAD =
      bind("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  static final MethodHandle PWRITE =
      bind("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  static final MethodHandle FSYNC = bind("fsync", JAVA_INT, JAVA_INT);
  static final MethodHandle SYNCFS = bind("syncfs", JAVA_INT, JAVA_INT);
  static final MethodHandle LSEEK = bind("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  static final MethodHandle FALLOCATE =
      bind("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  static final MethodHandle IOCTL_POINTER =
      variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  static final MethodHandle IOCTL_VALUE =
      variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  static final MethodHandle MLOCK = bind("mlock", JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle MUNLOCK = bind("munlock", JAVA_INT, ADDRESS, JAVA_LONG);
  static final MethodHandle MADVISE = bind("madvise", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  static final MethodHandle MLOCKALL = bind("mlockall", JAVA_INT, JAVA_INT);
  static final MethodHandle GETRANDOM = bind("getrandom", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT);
  static final MethodHandle PRCTL =
      variadic("prctl", 1, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  static final MethodHandle SETRLIMIT = bind("setrlimit", JAVA_INT, JAVA_INT, ADDRESS);
  static final MethodHandle MOUNT =
      bind("mount", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
  static final MethodHandle FLOCK = bind("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  static final MethodHandle UNSHARE = bind("unshare", JAVA_INT, JAVA_INT);
  static final MethodHandle UMOUNT2 = bind("umount2", JAVA_INT, ADDRESS, JAVA_INT);

  /** The XSI form, which glibc and musl both have: it fills a buffer and is thread-safe. */
  private static final MethodHandle STRERROR_R =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("__xpg_strerror_r"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));

  /** Returns its error instead of setting errno. */
  private static final MethodHandle POSIX_FADVISE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("posix_fadvise"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

  private static final int STRERROR_BYTES = 256;

  private Libc() {}

  /** One bound call, given the buffer that captures errno. */
  @FunctionalInterface
  interface Call {
    long invoke(MemorySegment capture) throws Throwable;
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
    } catch (ErrnoException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(name + " could not be called", e);
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
      int failure = (int) STRERROR_R.invokeExact(errno, text, (long) STRERROR_BYTES);
      return failure == 0 ? text.getString(0) : "unknown error";
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("strerror_r could not be called", e);
    }
  }

  /** posix_fadvise(3): 0, or the error number. */
  static int posixFadvise(int fd, long offsetBytes, long lengthBytes, int advice) {
    try {
      return (int) POSIX_FADVISE.invokeExact(fd, offsetBytes, lengthBytes, advice);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("posix_fadvise could not be called", e);
    }
  }

  private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(
      String name, int firstVariadicArgument, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(firstVariadicArgument));
  }
}
