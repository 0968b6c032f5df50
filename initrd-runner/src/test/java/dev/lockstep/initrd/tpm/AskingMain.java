package dev.lockstep.initrd.tpm;

import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks for a password, and tells whether it was the one that the test typed. */
final class AskingMain {

  static final String TYPED = "a password with blanks";

  private AskingMain() {}

  public static void main(String[] arguments) throws IOException {
    Either<TpmFailure, Secret> asked =
        AskedPassword.twice(Duration.ofSeconds(Long.parseLong(arguments[0])));
    try (Secret expected = Secret.taking(TYPED.getBytes(StandardCharsets.US_ASCII))) {
      System.out.println(
          asked.fold(
              TpmFailure::message, got -> got.sameAs(expected) ? "as typed" : "something else"));
    }
  }
}
