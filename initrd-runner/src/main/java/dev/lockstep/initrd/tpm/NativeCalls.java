package dev.lockstep.initrd.tpm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The six Linux calls that keep a secret off the Java heap and off every disk. x86-64 and arm64.
 */
final class NativeCalls {
  /** {@code MFD_CLOEXEC}, linux/memfd.h. */
  static final int MFD_CLOEXEC = 1;

  /** {@code O_CLOEXEC}, asm-generic/fcntl.h. */
  static final int O_CLOEXEC = 0x80000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_FIELD =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle MEMFD_CREATE =
      handle("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle PIPE2 =
      handle("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle MLOCK =
      handle("mlock", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle MUNLOCK =
      handle("munlock", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

  private NativeCalls() {}

  /** An anonymous file in memory; the caller closes the descriptor. */
  static int memfdCreate(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return (int) call("memfd_create", s -> (int) MEMFD_CREATE.invokeExact(s, text, MFD_CLOEXEC));
    }
  }

  /** A pipe as {read end, write end}; the caller closes both. */
  static int[] pipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      call("pipe2", s -> (int) PIPE2.invokeExact(s, ends, O_CLOEXEC));
      return ends.toArray(JAVA_INT);
    }
  }

  /** Reads up to the segment's size; 0 at the end. */
  static long read(int descriptor, MemorySegment into) throws IOException {
    return call("read", s -> (long) READ.invokeExact(s, descriptor, into, into.byteSize()));
  }

  static void close(int descriptor) throws IOException {
    call("close", s -> (int) CLOSE.invokeExact(s, descriptor));
  }

  /** Keeps the pages out of swap. */
  static void lock(MemorySegment memory) throws IOException {
    call("mlock", s -> (int) MLOCK.invokeExact(s, memory, memory.byteSize()));
  }

  /** Wipes first, then lets the pages go. */
  static void wipeAndUnlock(MemorySegment memory) throws IOException {
    memory.fill((byte) 0);
    call("munlock", s -> (int) MUNLOCK.invokeExact(s, memory, memory.byteSize()));
  }

  private interface Call {
    long invoke(MemorySegment state) throws Throwable;
  }

  private static long call(String name, Call call) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result;
      try {
        result = call.invoke(state);
      } catch (Throwable unexpected) {
        throw new LinkageError("calling " + name, unexpected);
      }
      if (result < 0) {
        throw new IOException(name + " failed with errno " + (int) ERRNO_FIELD.get(state, 0L));
      }
      return result;
    }
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
  }
}
