package dev.lockstep.simulator.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program of the host that was run to its end.
 *
 * @param printed both its outputs, at most 64 KiB
 */
public record HostTool(int exitCode, String printed) {

  private static final int MAX_OUTPUT_BYTES = 64 * 1024;
  private static final long LIMIT_HOURS = 1;

  /** Runs it to its end with a plain environment, its standard input empty. */
  public static HostTool run(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8"));
    Process process = builder.start();
    try (var output = process.getInputStream()) {
      byte[] printed = output.readNBytes(MAX_OUTPUT_BYTES);
      output.transferTo(java.io.OutputStream.nullOutputStream());
      if (!process.waitFor(LIMIT_HOURS, TimeUnit.HOURS)) {
        throw new IOException(command.getFirst() + " does not end");
      }
      return new HostTool(process.exitValue(), new String(printed, StandardCharsets.UTF_8));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(command.getFirst() + " was interrupted", interrupted);
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Runs it and wants it to succeed.
   *
   * @throws DemoFailed with what it said last
   */
  public static void require(String... words) throws IOException, DemoFailed {
    HostTool done = run(List.of(words));
    if (done.exitCode() != 0) {
      String said = done.printed().strip().replaceAll("(?s).*\n", "");
      throw new DemoFailed(1, words[0] + " failed: " + said);
    }
  }

  /** The first that is not blank. */
  public String firstLine() {
    return printed.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
  }
}
