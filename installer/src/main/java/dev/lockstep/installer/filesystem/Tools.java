package dev.lockstep.installer.filesystem;

import io.vavr.control.Either;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs the mkfs and mtools family in an environment of its own, so that neither the host's locale,
 * clock, time zone nor configuration files change a byte of what they make.
 *
 * @param workDirectory where temporary files go
 * @param timestamp what the tools take for the present time; whole seconds, after 1980, where FAT's
 *     calendar begins
 */
public record Tools(Path workDirectory, Instant timestamp) {
  private static final long TIMEOUT_HOURS = 6; // a large tree on a slow disk; a bound all the same
  private static final int MAX_OUTPUT_BYTES = 1024 * 1024;
  private static final Instant EARLIEST = Instant.parse("1980-01-02T00:00:00Z");

  public Tools {
    if (timestamp.isBefore(EARLIEST)
        || !timestamp.equals(timestamp.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException(
          "the timestamp of a filesystem is in whole seconds, after 1980");
    }
  }

  /**
   * What a tool said.
   *
   * @param printed standard output, its first MiB
   * @param complained standard error, its first MiB; kept apart, since buffered output would tear
   *     its lines
   */
  record Output(String printed, String complained) {}

  /** Runs a tool to a good end; the left side is one sentence with the tool's own last words. */
  Either<String, Output> run(List<String> command) throws IOException {
    return run(command, Set.of(0));
  }

  Either<String, Output> run(List<String> command, Set<Integer> goodExitCodes) throws IOException {
    Path printed = Files.createTempFile(workDirectory, "tool-", ".out");
    Path complained = Files.createTempFile(workDirectory, "tool-", ".err");
    try {
      Either<String, Integer> exit = start(command, printed, complained);
      Output output = new Output(head(printed), head(complained));
      return exit.flatMap(
          code ->
              goodExitCodes.contains(code)
                  ? Either.right(output)
                  : Either.left(
                      "%s failed (exit code %d): %s"
                          .formatted(command.getFirst(), code, lastLine(output))));
    } finally {
      Files.deleteIfExists(printed);
      Files.deleteIfExists(complained);
    }
  }

  private Either<String, Integer> start(List<String> command, Path printed, Path complained)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(printed.toFile())
            .redirectError(complained.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Either.left(
          "%s can't be started; is it installed? (%s)"
              .formatted(command.getFirst(), e.getMessage()));
    }
    try {
      if (!process.waitFor(TIMEOUT_HOURS, TimeUnit.HOURS)) {
        return Either.left(
            "%s did not finish within %d hours".formatted(command.getFirst(), TIMEOUT_HOURS));
      }
      return Either.right(process.exitValue());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Either.left(
          "%s was interrupted; run the same command again to go on".formatted(command.getFirst()));
    } finally {
      process.destroyForcibly();
    }
  }

  private Map<String, String> environment() {
    String seconds = String.valueOf(timestamp.getEpochSecond());
    return Map.of(
        "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL", "C",
        "TZ", "UTC",
        "SOURCE_DATE_EPOCH", seconds,
        "E2FSPROGS_FAKE_TIME", seconds, // e2fsprogs before 1.47.1 does not know SOURCE_DATE_EPOCH
        "E2FSCK_TIME", seconds, // e2fsck has a clock of its own
        "MKE2FS_CONFIG", workDirectory.resolve(Ext4Image.MKE2FS_CONFIG).toString(),
        "MTOOLSRC", "/dev/null",
        "MTOOLS_SKIP_CHECK", "1");
  }

  private static String head(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      return new String(in.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8);
    }
  }

  private static String lastLine(Output output) {
    String text = output.complained().isBlank() ? output.printed() : output.complained();
    return text.lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .orElse("it said nothing")
        .strip();
  }
}
