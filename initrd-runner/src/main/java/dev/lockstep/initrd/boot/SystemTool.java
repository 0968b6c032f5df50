package dev.lockstep.initrd.boot;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of systemd's tools; what it says goes where we say ours. */
final class SystemTool {

  private SystemTool() {}

  /** Its exit code. Somebody may be typing a key meanwhile: only what asks nobody has a limit. */
  static int run(String... words) throws IOException {
    Process process = start(words);
    try {
      return process.waitFor();
    } catch (InterruptedException interrupted) {
      throw stopped(process, words, "was interrupted");
    }
  }

  /** Whether it ended well, and within this time. */
  static boolean succeeds(Duration limit, String... words) throws IOException {
    Process process = start(words);
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (InterruptedException interrupted) {
      throw stopped(process, words, "was interrupted");
    }
  }

  private static Process start(String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(List.of(words)).inheritIO();
    builder.environment().put("SYSTEMD_LOG_LEVEL", "notice"); // ours keeps them silent
    return builder.start();
  }

  private static IOException stopped(Process process, String[] words, String why) {
    process.destroyForcibly();
    Thread.currentThread().interrupt();
    return new IOException(words[0] + " " + why);
  }
}
