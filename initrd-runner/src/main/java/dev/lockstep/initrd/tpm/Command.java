package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of a tool: no shell, a minimal environment, bounded output, a time limit. Standard input
 * and a secret output are files only this process can name, and are never logged.
 */
record Command(
    List<String> arguments,
    Option<Path> stdin,
    Option<Path> stdout,
    Option<Path> credentials,
    Duration timeLimit) {
  /** Characters of standard error that are kept: its end, where the reason is. */
  static final int MAX_STDERR = 2048;

  /** Bytes of standard output that are kept. */
  static final int MAX_STDOUT_BYTES = 64 * 1024;

  private static final List<String> SEARCH_PATH = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final Map<String, String> DEBIAN_PACKAGES =
      Map.of(
          "systemd-creds", "systemd",
          "systemd-cryptenroll", "systemd",
          "systemd-ask-password", "systemd",
          "swtpm", "swtpm",
          "setsid", "util-linux");

  Command {
    arguments = List.copyOf(arguments);
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
  }

  /** How the tool ended. {@code stdout} is empty when it went to a secret pipe. */
  record Result(int exitCode, String stdout, String stderr) {
    boolean succeeded() {
      return exitCode == 0;
    }
  }

  static Command of(String... arguments) {
    return new Command(
        List.of(arguments), Option.none(), Option.none(), Option.none(), Duration.ofMinutes(1));
  }

  Command withStdin(Path file) {
    return new Command(arguments, Option.some(file), stdout, credentials, timeLimit);
  }

  Command withStdout(Path file) {
    return new Command(arguments, stdin, Option.some(file), credentials, timeLimit);
  }

  Command within(Duration limit) {
    return new Command(arguments, stdin, stdout, credentials, limit);
  }

  /** The folder that holds the secrets it asks for, see {@link PassedCredential}. */
  Command withCredentials(Path folder) {
    return new Command(arguments, stdin, stdout, Option.some(folder), timeLimit);
  }

  /** Where a tool is, or which package has it. */
  static Either<TpmFailure, Path> locate(String tool) {
    return SEARCH_PATH.stream()
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .<Either<TpmFailure, Path>>map(Either::right)
        .orElseGet(
            () ->
                Either.left(
                    new TpmFailure.ToolMissing(tool, DEBIAN_PACKAGES.getOrDefault(tool, tool))));
  }

  /**
   * Runs it to its end. Not on a virtual thread: the tool dies with the thread that started it, and
   * a virtual thread's carrier may end early.
   */
  Either<TpmFailure, Result> run() {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException("a tool must be run on a platform thread");
    }
    return locate(arguments.getFirst()).flatMap(this::runProgram);
  }

  private Either<TpmFailure, Result> runProgram(Path program) {
    Process process;
    try {
      process = start(program);
    } catch (IOException failed) {
      return Either.left(new TpmFailure.Failed("Could not start " + program + ".", ""));
    }
    CompletableFuture<byte[]> out = collect(process.getInputStream(), MAX_STDOUT_BYTES);
    CompletableFuture<byte[]> err = collect(process.getErrorStream(), MAX_STDERR);
    try {
      if (!process.waitFor(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        return stopped(process, "did not end within " + timeLimit.toSeconds() + " s");
      }
      // A grandchild may hold the pipes open: what the tool said is there by now.
      String said = new String(out.get(2, TimeUnit.SECONDS), StandardCharsets.UTF_8);
      String complained = new String(err.get(2, TimeUnit.SECONDS), StandardCharsets.UTF_8);
      return Either.right(new Result(process.exitValue(), said, complained));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return stopped(process, "was interrupted");
    } catch (ExecutionException | TimeoutException failed) {
      return stopped(process, "kept its output open");
    }
  }

  private Process start(Path program) throws IOException {
    var words = new ArrayList<>(arguments);
    words.set(0, program.toString());
    // A runner that is killed must take its tools along, as a power cut does: an orphaned
    // systemd-cryptenroll would write into the header that the next run is making.
    locate("setpriv")
        .forEach(setpriv -> words.addAll(0, List.of(setpriv.toString(), "--pdeathsig", "SIGKILL")));
    ProcessBuilder builder = new ProcessBuilder(words).directory(Path.of("/").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    credentials.forEach(
        folder -> builder.environment().put("CREDENTIALS_DIRECTORY", folder.toString()));
    builder.redirectInput(stdin.getOrElse(Path.of("/dev/null")).toFile());
    stdout.forEach(file -> builder.redirectOutput(Redirect.to(file.toFile())));
    return builder.start();
  }

  /** All a tool gets to see of ours. */
  static Map<String, String> environment() {
    return Map.of("PATH", String.join(":", SEARCH_PATH), "LC_ALL", "C");
  }

  private Either<TpmFailure, Result> stopped(Process process, String why) {
    process.destroyForcibly();
    return Either.left(new TpmFailure.Failed(arguments.getFirst() + " " + why + ".", ""));
  }

  /** Reads to the end, so that the tool never blocks, and keeps the last {@code limitBytes}. */
  private static CompletableFuture<byte[]> collect(InputStream stream, int limitBytes) {
    CompletableFuture<byte[]> collected = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> readInto(collected, stream, limitBytes));
    return collected;
  }

  private static void readInto(
      CompletableFuture<byte[]> collected, InputStream stream, int limitBytes) {
    try (stream) {
      var kept = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        kept.write(buffer, 0, count);
        if (kept.size() > 2 * limitBytes) {
          byte[] tail = lastBytes(kept.toByteArray(), limitBytes);
          kept.reset();
          kept.writeBytes(tail);
        }
      }
      collected.complete(lastBytes(kept.toByteArray(), limitBytes));
    } catch (IOException failed) {
      collected.completeExceptionally(failed);
    }
  }

  private static byte[] lastBytes(byte[] bytes, int limitBytes) {
    int from = Math.max(0, bytes.length - limitBytes);
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }
}
