package dev.lockstep.initrd.tpm;

import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.syscall.TerminalDevice;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A new password, typed twice by whoever is there: {@code systemd-ask-password} asks at the
 * terminal that this was started from, without echo, else through its agents, of which plymouth is
 * one. It comes to us through a pipe into locked memory.
 */
public final class AskedPassword {

  /** Fewer bytes than this are refused, and asked for again. */
  public static final int LEAST_BYTES = 8;

  private static final Path TERMINAL = Path.of("/dev/tty");
  private static final int ROUNDS = 3;
  private static final Duration SLACK = Duration.ofSeconds(10);

  private AskedPassword() {}

  /**
   * Asks until the same was typed twice; the caller closes what comes of it.
   *
   * @param patience for each answer
   * @return on the left why there is none
   */
  public static Either<TpmFailure, Secret> twice(Duration patience) throws IOException {
    String remark = "";
    for (int round = 0; round < ROUNDS; round++) {
      Either<TpmFailure, Secret> first =
          once(remark + "New password for the encrypted disk:", patience);
      if (first.isLeft()) {
        return first;
      }
      if (first.get().length() < LEAST_BYTES) {
        first.get().close();
        remark = "That was too short, at least " + LEAST_BYTES + " characters are needed. ";
        continue;
      }
      Either<TpmFailure, Secret> second = once("The same password once more:", patience);
      if (second.isRight() && second.get().sameAs(first.get())) {
        second.get().close();
        return first;
      }
      first.get().close();
      if (second.isLeft()) {
        return second;
      }
      second.get().close();
      remark = "The two were not the same. ";
    }
    return Either.left(new TpmFailure.Failed("No password was typed twice alike in 3 rounds.", ""));
  }

  private static Either<TpmFailure, Secret> once(String question, Duration patience)
      throws IOException {
    Secret[] answer = new Secret[1];
    try (SecretPipe output = new SecretPipe()) {
      Either<TpmFailure, Command.Result> run = command(question, patience, output).run();
      if (run.isLeft()) {
        return Either.left(run.getLeft());
      }
      boolean answered =
          run.get().succeeded() && output.drainTo(bytes -> answer[0] = withoutNewline(bytes));
      return answered
          ? Either.right(answer[0])
          : Either.left(
              new TpmFailure.Failed(
                  "Nobody typed a password within %d s.".formatted(patience.toSeconds()),
                  run.get().stderr()));
    }
  }

  private static Command command(String question, Duration patience, SecretPipe output) {
    Option<Path> terminal = TerminalDevice.first(List.of(TERMINAL));
    List<String> words = new ArrayList<>();
    words.add("systemd-ask-password");
    words.add("--timeout=" + patience.toSeconds());
    words.add("--id=lockstep:password");
    words.add("--icon=drive-harddisk");
    words.add("--echo=no");
    if (terminal.isEmpty()) {
      words.add("--no-tty");
    }
    words.add(question);
    Command command = Command.of(words.toArray(String[]::new)).withStdout(output.writeEnd());
    return terminal.map(command::withStdin).getOrElse(command).within(patience.plus(SLACK));
  }

  /** The tool ends the answer with one. */
  private static Secret withoutNewline(MemorySegment bytes) {
    long length = bytes.byteSize();
    boolean ended = length > 0 && bytes.get(ValueLayout.JAVA_BYTE, length - 1) == '\n';
    try {
      return Secret.copyOf(bytes.asSlice(0, ended ? length - 1 : length));
    } catch (IOException noLockedMemory) {
      throw new UncheckedIOException(noLockedMemory);
    }
  }
}
