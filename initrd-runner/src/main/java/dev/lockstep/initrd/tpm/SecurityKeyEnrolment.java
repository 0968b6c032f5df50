package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Keyslots for what a person carries: a FIDO2 key that is touched, a smart card (PKCS#11) with a
 * PIN. {@code systemd-cryptenroll} adds them to a LUKS2 header file, before conversion starts.
 */
public final class SecurityKeyEnrolment {

  /** Where systemd-cryptenroll looks for it before it asks (src/shared/pkcs11-util.c). */
  private static final String CARD_PIN = "pkcs11-pin";

  /** Somebody has to touch the key, or to put the card in. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private SecurityKeyEnrolment() {}

  /**
   * By touch alone, without a PIN of the key's.
   *
   * @param device a hidraw device, or {@code auto} for the only one that is there
   * @param existingKey passphrase of any slot
   */
  public static Either<TpmFailure, TokenEnrolment> fido2(
      Path header, String device, SecretSource existingKey) {
    return enrol(
        header,
        TokenType.FIDO2,
        existingKey,
        Option.none(),
        "--fido2-device=" + device,
        "--fido2-with-client-pin=no",
        "--fido2-with-user-presence=yes");
  }

  /**
   * With the RSA key pair of a card.
   *
   * @param uri of RFC 7512, or {@code auto} for the only fitting one; never with a PIN in it
   * @param pin of the card; without one the tool asks its agents
   */
  public static Either<TpmFailure, TokenEnrolment> pkcs11(
      Path header, String uri, SecretSource existingKey, Option<SecretSource> pin) {
    return enrol(header, TokenType.PKCS11, existingKey, pin, "--pkcs11-token-uri=" + uri);
  }

  private static Either<TpmFailure, TokenEnrolment> enrol(
      Path header,
      TokenType type,
      SecretSource existingKey,
      Option<SecretSource> pin,
      String... options) {
    try (MemoryFile key = MemoryFile.holding(existingKey)) {
      var before = Luks2Tokens.ofType(header, type);
      String[] words = new String[options.length + 3];
      words[0] = "systemd-cryptenroll";
      System.arraycopy(options, 0, words, 1, options.length);
      words[words.length - 2] = "--unlock-key-file=/dev/stdin";
      words[words.length - 1] = header.toAbsolutePath().toString();
      Command command = Command.of(words).withStdin(key.path()).within(LIMIT);
      Either<TpmFailure, Command.Result> run = run(command, pin);
      if (run.isLeft()) {
        return Either.left(run.getLeft());
      }
      return run.get().succeeded()
          ? TokenEnrolment.added(before, Luks2Tokens.ofType(header, type), header, type)
          : Either.left(ToolErrors.classify("systemd-cryptenroll", run.get()));
    } catch (IOException failed) {
      return Either.left(new TpmFailure.Failed("Enrolling failed: " + failed.getMessage(), ""));
    }
  }

  private static Either<TpmFailure, Command.Result> run(Command command, Option<SecretSource> pin)
      throws IOException {
    if (pin.isEmpty()) {
      return command.run();
    }
    try (PassedCredential passed = PassedCredential.of(CARD_PIN, pin.get())) {
      return command.withCredentials(passed.folder()).run();
    }
  }
}
