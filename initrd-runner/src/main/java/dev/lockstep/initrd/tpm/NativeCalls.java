package dev.lockstep.initrd.tpm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lockstep.initrd.syscall.NativeFunction;
import dev.lockstep.initrd.syscall.NativeFunction.Result;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The six Linux calls that keep a secret off the Java heap and off every disk. x86-64 and arm64.
 */
final class NativeCalls {
  /** {@code MFD_CLOEXEC}, linux/memfd.h. */
  static final int MFD_CLOEXEC = 1;

  /** {@code O_CLOEXEC}, asm-generic/fcntl.h. */
  static final int O_CLOEXEC = 0x80000;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO_FIELD =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final NativeFunction MEMFD_CREATE = function("memfd_create", Result.INT, 2);
  private static final NativeFunction PIPE2 = function("pipe2", Result.INT, 2);
  private static final NativeFunction READ = function("read", Result.LONG, 3);
  private static final NativeFunction CLOSE = function("close", Result.INT, 1);
  private static final NativeFunction MLOCK = function("mlock", Result.INT, 2);
  private static final NativeFunction MUNLOCK = function("munlock", Result.INT, 2);

  private NativeCalls() {}

  /** An anonymous file in memory; the caller closes the descriptor. */
  static int memfdCreate(String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      return (int) call("memfd_create", s -> MEMFD_CREATE.callCapturing(s, text, MFD_CLOEXEC));
    }
  }

  /** A pipe as {read end, write end}; the caller closes both. */
  static int[] pipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(JAVA_INT, 2);
      call("pipe2", s -> PIPE2.callCapturing(s, ends, O_CLOEXEC));
      return ends.toArray(JAVA_INT);
    }
  }

  /** Reads up to the segment's size; 0 at the end. */
  static long read(int descriptor, MemorySegment into) throws IOException {
    return call("read", s -> READ.callCapturing(s, descriptor, into, into.byteSize()));
  }

  static void close(int descriptor) throws IOException {
    call("close", s -> CLOSE.callCapturing(s, descriptor));
  }

  /** Keeps the pages out of swap. */
  static void lock(MemorySegment memory) throws IOException {
    call("mlock", s -> MLOCK.callCapturing(s, memory, memory.byteSize()));
  }

  /** Wipes first, then lets the pages go. */
  static void wipeAndUnlock(MemorySegment memory) throws IOException {
    memory.fill((byte) 0);
    call("munlock", s -> MUNLOCK.callCapturing(s, memory, memory.byteSize()));
  }

  private interface Call {
    long invoke(MemorySegment state);
  }

  private static long call(String name, Call call) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = call.invoke(state);
      if (result < 0) {
        throw new IOException(name + " failed with errno " + (int) ERRNO_FIELD.get(state, 0L));
      }
      return result;
    }
  }

  private static NativeFunction function(String name, Result result, int arguments) {
    return new NativeFunction(Linker.nativeLinker().defaultLookup(), name, result, arguments);
  }
}
