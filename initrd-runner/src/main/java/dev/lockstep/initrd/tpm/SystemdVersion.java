package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which systemd the tools here are of: what they have differs. */
final class SystemdVersion {

  private static final Pattern FIRST_LINE = Pattern.compile("systemd ([0-9]{1,5})\\b.*");

  private SystemdVersion() {}

  /** Asked once: the tools don't change under a run. */
  private static final class Asked {
    static final Either<TpmFailure, Integer> ANSWER =
        Command.of("systemd-cryptenroll", "--version")
            .run()
            .flatMap(result -> parse(result.stdout()));
  }

  static Either<TpmFailure, Integer> found() {
    return Asked.ANSWER;
  }

  static Either<TpmFailure, Integer> parse(String output) {
    Matcher first = FIRST_LINE.matcher(output.lines().findFirst().orElse(""));
    return first.matches()
        ? Either.right(Integer.valueOf(first.group(1)))
        : Either.left(new TpmFailure.Failed("systemd-cryptenroll does not tell its version.", ""));
  }
}
