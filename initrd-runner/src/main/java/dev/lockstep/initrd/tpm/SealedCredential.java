package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A secret sealed to this TPM and its PCRs by {@code systemd-creds}. The blob is no secret, may lie
 * on any disk, and can be opened by the same tool on the same machine without us.
 *
 * @param base64 systemd-creds' own text form, at most 4096 characters
 */
public record SealedCredential(String base64) {
  /** The longest secret sealed, in bytes. */
  public static final int MAX_SECRET_BYTES = 1024;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Refuses what no systemd-creds wrote. */
  public SealedCredential {
    if (base64.isBlank() || base64.length() > MemoryFile.MAX_BYTES) {
      throw new IllegalArgumentException("a sealed credential has 1 to 4096 characters");
    }
  }

  /** None for what no systemd-creds wrote. */
  public static Option<SealedCredential> of(String base64) {
    return Option.when(
        !base64.isBlank() && base64.length() <= MemoryFile.MAX_BYTES,
        () -> new SealedCredential(base64));
  }

  /** Seals. {@code name} is bound in: another name does not unseal. */
  public static Either<TpmFailure, SealedCredential> seal(
      Tpm tpm, String name, PcrSelection pcrs, SecretSource secret) {
    return pcrs.requireMeasured(tpm).flatMap(measured -> encrypt(tpm, name, pcrs, secret));
  }

  private static Either<TpmFailure, SealedCredential> encrypt(
      Tpm tpm, String name, PcrSelection pcrs, SecretSource secret) {
    if (secret.bytes().byteSize() > MAX_SECRET_BYTES) {
      return Either.left(new TpmFailure.Failed("A sealed secret has at most 1024 bytes.", ""));
    }
    try (MemoryFile input = MemoryFile.holding(secret)) {
      return tpm.lend(device -> encryptCommand(device, name, pcrs, input).run())
          .flatMap(SealedCredential::sealed);
    } catch (IOException failed) {
      return Either.left(new TpmFailure.Failed("Sealing failed: " + failed.getMessage(), ""));
    }
  }

  private static Command encryptCommand(
      String device, String name, PcrSelection pcrs, MemoryFile input) {
    return Command.of(
            "systemd-creds",
            "encrypt",
            "--with-key=tpm2",
            "--tpm2-device=" + device,
            pcrs.argument(),
            "--name=" + name,
            "-",
            "-")
        .withStdin(input.path())
        .within(LIMIT);
  }

  private static Either<TpmFailure, SealedCredential> sealed(Command.Result result) {
    if (!result.succeeded()) {
      return Either.left(ToolErrors.classify("systemd-creds encrypt", result));
    }
    String text = result.stdout().strip();
    if (text.isEmpty() || text.length() > MemoryFile.MAX_BYTES) {
      return Either.left(
          new TpmFailure.Failed("systemd-creds gave a blob of " + text.length() + " bytes.", ""));
    }
    return Either.right(new SealedCredential(text));
  }

  /** Unseals into the sink; none when that worked. */
  public Option<TpmFailure> unseal(Tpm tpm, String name, SecretSink sink) {
    byte[] blob = base64.getBytes(StandardCharsets.US_ASCII);
    try (MemoryFile input = MemoryFile.holding(() -> MemorySegment.ofArray(blob));
        SecretPipe output = new SecretPipe()) {
      Either<TpmFailure, Command.Result> run =
          tpm.lend(device -> decryptCommand(device, name, input, output).run());
      if (run.isLeft()) {
        return Option.some(run.getLeft());
      }
      if (!run.get().succeeded()) {
        return Option.some(ToolErrors.classify("systemd-creds decrypt", run.get()));
      }
      return output.drainTo(sink)
          ? Option.none()
          : Option.some(new TpmFailure.Failed("systemd-creds gave no usable secret.", ""));
    } catch (IOException failed) {
      return Option.some(new TpmFailure.Failed("Unsealing failed: " + failed.getMessage(), ""));
    }
  }

  private static Command decryptCommand(
      String device, String name, MemoryFile input, SecretPipe output) {
    return Command.of(
            "systemd-creds", "decrypt", "--tpm2-device=" + device, "--name=" + name, "-", "-")
        .withStdin(input.path())
        .withStdout(output.writeEnd())
        .within(LIMIT);
  }
}
