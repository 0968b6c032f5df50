package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A TPM2 keyslot that {@code systemd-cryptenroll} added to a LUKS2 header file, before conversion
 * starts (none can be added mid-way).
 *
 * @param token number of the {@code systemd-tpm2} token, 0 to 31
 * @param keyslot number of the keyslot it opens, 0 to 31
 */
public record TokenEnrolment(int token, int keyslot) {
  /** Where systemd-cryptenroll looks for it before it asks; its other way is the environment. */
  private static final String PIN_CREDENTIAL = "cryptenroll.tpm2-pin";

  /** The tool opens the existing slot first, whose key derivation may take long. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /**
   * Enrols, and reads back which token and slot came of it. Not idempotent: a cut in here may leave
   * a keyslot without token, so the caller makes the header file anew then. A second token for the
   * same PCR values is refused, even on another TPM, because systemd-cryptenroll adds none.
   *
   * @param header a LUKS2 header in a file, or a device
   * @param existingKey passphrase of any slot; it goes through a memory file as standard input
   */
  public static Either<TpmFailure, TokenEnrolment> enrol(
      Tpm tpm, Path header, PcrSelection pcrs, SecretSource existingKey) {
    return enrol(tpm, header, pcrs, existingKey, Option.none());
  }

  /**
   * As {@link #enrol(Tpm, Path, PcrSelection, SecretSource)}, with a PIN that the TPM asks for too
   * and whose wrong tries it counts.
   */
  public static Either<TpmFailure, TokenEnrolment> enrol(
      Tpm tpm, Path header, PcrSelection pcrs, SecretSource existingKey, Option<SecretSource> pin) {
    return enrol(tpm, header, TpmBinding.to(pcrs), existingKey, pin);
  }

  /** As that, bound to more than PCR values. */
  public static Either<TpmFailure, TokenEnrolment> enrol(
      Tpm tpm,
      Path header,
      TpmBinding binding,
      SecretSource existingKey,
      Option<SecretSource> pin) {
    return binding
        .pcrs()
        .requireMeasured(tpm)
        .flatMap(_ -> SystemdVersion.found())
        .flatMap(version -> add(tpm, header, binding.arguments(version), existingKey, pin));
  }

  private static Either<TpmFailure, TokenEnrolment> add(
      Tpm tpm,
      Path header,
      List<String> binding,
      SecretSource existingKey,
      Option<SecretSource> pin) {
    try (MemoryFile key = MemoryFile.holding(existingKey)) {
      SortedMap<Integer, Integer> before = Luks2Tokens.ofType(header, TokenType.TPM2);
      Either<TpmFailure, Command.Result> run =
          runTool(tpm, device -> enrolCommand(device, header, binding, key, pin.isDefined()), pin);
      if (run.isLeft()) {
        return Either.left(run.getLeft());
      }
      if (!run.get().succeeded()) {
        return Either.left(ToolErrors.classify("systemd-cryptenroll", run.get()));
      }
      return added(before, Luks2Tokens.ofType(header, TokenType.TPM2), header, TokenType.TPM2);
    } catch (IOException failed) {
      return Either.left(new TpmFailure.Failed("Enrolling failed: " + failed.getMessage(), ""));
    }
  }

  private static Either<TpmFailure, Command.Result> runTool(
      Tpm tpm, Function<String, Command> command, Option<SecretSource> pin) throws IOException {
    if (pin.isEmpty()) {
      return tpm.lend(device -> command.apply(device).run());
    }
    try (PassedCredential passed = PassedCredential.of(PIN_CREDENTIAL, pin.get())) {
      return tpm.lend(device -> command.apply(device).withCredentials(passed.folder()).run());
    }
  }

  private static Command enrolCommand(
      String device, Path header, List<String> binding, MemoryFile key, boolean withPin) {
    List<String> words = new ArrayList<>(List.of("systemd-cryptenroll", "--tpm2-device=" + device));
    words.addAll(binding);
    words.add("--tpm2-with-pin=" + (withPin ? "yes" : "no"));
    words.add("--unlock-key-file=/dev/stdin");
    words.add(header.toAbsolutePath().toString());
    return Command.of(words.toArray(String[]::new)).withStdin(key.path()).within(LIMIT);
  }

  /** The tool's word is not enough: exactly one token must be new, the others untouched. */
  static Either<TpmFailure, TokenEnrolment> added(
      SortedMap<Integer, Integer> before,
      SortedMap<Integer, Integer> after,
      Path header,
      TokenType type) {
    SortedMap<Integer, Integer> fresh = new TreeMap<>(after);
    fresh.entrySet().removeAll(before.entrySet());
    if (after.equals(before)) {
      // It compares PCR values only: the token may be another TPM's, and no use here.
      return Either.left(
          new TpmFailure.Failed(
              "systemd-cryptenroll added nothing: "
                  + header
                  + (type == TokenType.TPM2
                      ? " has a TPM2 token for these PCR values, of this TPM or another;"
                      : " has no new token;")
                  + " make the header anew.",
              ""));
    }
    if (fresh.size() != 1 || after.size() != before.size() + 1) {
      return Either.left(
          new TpmFailure.Failed(
              "systemd-cryptenroll reported success, but "
                  + header
                  + " has "
                  + fresh.size()
                  + " new tokens of type "
                  + type.text()
                  + ".",
              ""));
    }
    return Either.right(new TokenEnrolment(fresh.firstKey(), fresh.get(fresh.firstKey())));
  }
}
