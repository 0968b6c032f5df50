package dev.lockstep.initrd.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program that is run to its end. */
final class Tool {
  private static final String SEARCHED = System.getenv("PATH") + ":/usr/sbin:/sbin";

  private Tool() {}

  static boolean exists(String name) {
    return Stream.of(SEARCHED.split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /** What it said, both streams; any other exit code is a failure that quotes it. */
  static String run(int expectedExit, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", SEARCHED);
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != expectedExit) {
        throw new IOException(
            "%s ended with exit code %d: %s".formatted(String.join(" ", command), exit, said));
      }
      return said;
    } catch (InterruptedException stopped) {
      process.destroy();
      throw new IOException("stopped while " + command.getFirst() + " ran", stopped);
    }
  }
}
