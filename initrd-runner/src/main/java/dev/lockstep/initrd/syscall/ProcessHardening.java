package dev.lockstep.initrd.syscall;

/** Settings of the whole process, made once by a main program that handles secrets. */
public final class ProcessHardening {
  private static final int PR_GET_DUMPABLE = 3; // linux/prctl.h
  private static final int PR_SET_DUMPABLE = 4;
  private static final int MCL_CURRENT = 1; // asm-generic/mman.h
  private static final int MCL_FUTURE = 2;
  private static final int MCL_ONFAULT = 4;

  private ProcessHardening() {}

  /** No core file and no ptrace by an equal user: what is in memory stays there. */
  public static void forbidCoreFiles() throws ErrnoException {
    Libc.check(
        "prctl",
        "PR_SET_DUMPABLE",
        capture -> (int) Libc.PRCTL.invokeExact(capture, PR_SET_DUMPABLE, 0L, 0L, 0L, 0L));
  }

  /** Whether the kernel would write a core file of this process. */
  public static boolean coreFilesAllowed() throws ErrnoException {
    return Libc.check(
            "prctl",
            "PR_GET_DUMPABLE",
            capture -> (int) Libc.PRCTL.invokeExact(capture, PR_GET_DUMPABLE, 0L, 0L, 0L, 0L))
        != 0;
  }

  /** Keeps every page out of swap from the moment it is first touched (mlockall(2)). */
  public static void lockAllMemory() throws ErrnoException {
    Libc.check(
        "mlockall",
        "",
        capture ->
            (int) Libc.MLOCKALL.invokeExact(capture, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
  }
}
