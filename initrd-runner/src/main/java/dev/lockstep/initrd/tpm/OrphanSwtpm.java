package dev.lockstep.initrd.tpm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Ends the swtpm that a killed run left on a state folder.
 *
 * <p>Found by its exact arguments in {@code /proc/PID/cmdline}, which name the state folder, the
 * socket and so the runner. A pid file would add nothing but a window (the kill between start and
 * its writing) and a number that another process may have by now.
 *
 * <p>It is an orphan when its parent is no longer the runner that its socket is named after: the
 * kernel gives a process another parent at the very death of its own.
 */
final class OrphanSwtpm {
  /** Pauses of 5 ms. */
  private static final int WAIT_STEPS = 1000;

  private static final int DYING_STEPS = 200;

  private OrphanSwtpm() {}

  /** swtpm's {@code --tpmstate} value for a folder. */
  static String stateArgument(Path stateFolder) {
    return "dir=" + stateFolder + ",mode=0600";
  }

  /** Kills orphans on this folder and waits until they are gone, and their lock with them. */
  static void end(Path stateFolder) throws IOException {
    // The handle remembers the start time: a pid that changes hands meanwhile is not killed.
    for (ProcessHandle candidate : ProcessHandle.allProcesses().toList()) {
      List<String> arguments = arguments(candidate.pid());
      if (usesState(arguments, stateFolder)) {
        requireOrphan(candidate, arguments, stateFolder);
        candidate.destroyForcibly();
        awaitEnd(candidate.pid());
      }
    }
  }

  private static boolean usesState(List<String> arguments, Path stateFolder) {
    // Second word while setsid has not become swtpm yet.
    return arguments.stream()
            .limit(2)
            .anyMatch(word -> word.equals("swtpm") || word.endsWith("/swtpm"))
        && arguments.stream()
            .anyMatch(
                argument ->
                    argument.equals("dir=" + stateFolder)
                        || argument.startsWith("dir=" + stateFolder + ","));
  }

  private static void requireOrphan(ProcessHandle swtpm, List<String> arguments, Path stateFolder)
      throws IOException {
    long runner =
        arguments.stream()
            .filter(argument -> argument.startsWith("type=unixio,path="))
            .map(argument -> argument.substring("type=unixio,path=".length()).split(",", 2)[0])
            .mapToLong(path -> RuntimeFolder.runnerOf(Path.of(path)))
            .max()
            .orElse(-1);
    // A runner that is just being killed loses its children last: give it a moment.
    for (int step = 0; step < DYING_STEPS && runner == stat(swtpm.pid()).parent(); step++) {
      pause();
    }
    if (runner < 0 || runner == stat(swtpm.pid()).parent()) {
      throw new IOException(
          stateFolder
              + " is in use by swtpm process "
              + swtpm.pid()
              + (runner < 0 ? "" : " of the running process " + runner)
              + "; stop it, or choose another folder.");
    }
  }

  private static void awaitEnd(long pid) throws IOException {
    for (int step = 0; step < WAIT_STEPS; step++) {
      if (isGone(pid)) {
        return;
      }
      pause();
    }
    throw new IOException("swtpm process " + pid + " does not end.");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(5);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static List<String> arguments(long pid) {
    try {
      String text =
          Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
      byte[] raw = text.getBytes(StandardCharsets.ISO_8859_1);
      return List.of(new String(raw, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException gone) {
      return List.of();
    }
  }

  /**
   * Ended, though perhaps not yet buried: a zombie has dropped its files, and its lock, already.
   */
  static boolean isGone(long pid) {
    return stat(pid).dead();
  }

  private record Stat(boolean dead, long parent) {}

  /**
   * proc(5): {@code pid (name) state parent …}; the name may hold anything, so from the last ')'.
   */
  private static Stat stat(long pid) {
    try {
      String text =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      return new Stat(fields[0].equals("Z") || fields[0].equals("X"), Long.parseLong(fields[1]));
    } catch (IOException gone) {
      return new Stat(true, -1);
    }
  }
}
