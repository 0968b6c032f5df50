package dev.lockstep.initrd.syscall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Settings of the whole process, made once by a main program that handles secrets. */
public final class ProcessHardening {
  private static final int RLIMIT_CORE = 4; // asm-generic/resource.h
  private static final int PR_GET_DUMPABLE = 3; // linux/prctl.h
  private static final int PR_SET_DUMPABLE = 4;
  private static final int MCL_CURRENT = 1; // asm-generic/mman.h
  private static final int MCL_FUTURE = 2;
  private static final int MCL_ONFAULT = 4;

  private ProcessHardening() {}

  /**
   * No core file and no ptrace by an equal user: what is in memory stays there. The flag ends with
   * exec, so the tools that are given a key get the limit too. One byte, not none: for a core file
   * it is too little, and a kernel that pipes cores into a program, which ignores other limits,
   * takes exactly 1 for "do not" (fs/coredump.c; core(5)).
   */
  public static void forbidCoreFiles() throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 1); // soft, hard
      Libc.check(
          "setrlimit",
          "RLIMIT_CORE",
          capture -> Libc.SETRLIMIT.callCapturing(capture, RLIMIT_CORE, limit));
    }
    Libc.check(
        "prctl",
        "PR_SET_DUMPABLE",
        capture -> Libc.PRCTL.callCapturing(capture, PR_SET_DUMPABLE, 0L, 0L, 0L, 0L));
  }

  /** Whether the kernel would write a core file of this process. */
  public static boolean coreFilesAllowed() throws ErrnoException {
    return Libc.check(
            "prctl",
            "PR_GET_DUMPABLE",
            capture -> Libc.PRCTL.callCapturing(capture, PR_GET_DUMPABLE, 0L, 0L, 0L, 0L))
        != 0;
  }

  /** Keeps every page out of swap from the moment it is first touched (mlockall(2)). */
  public static void lockAllMemory() throws ErrnoException {
    Libc.check(
        "mlockall",
        "",
        capture -> Libc.MLOCKALL.callCapturing(capture, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
  }
}
