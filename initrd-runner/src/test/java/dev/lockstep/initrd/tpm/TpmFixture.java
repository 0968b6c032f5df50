package dev.lockstep.initrd.tpm;

import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A folder of its own for software TPMs, and short words for the stories told on them. */
final class TpmFixture implements AutoCloseable {
  static final PcrSelection PCR_7 = PcrSelection.of(7);
  static final Firmware OTHER_FIRMWARE = Firmware.DEFAULT.measuring(7, "other Secure Boot keys");

  final Path folder;

  TpmFixture() throws IOException {
    requireTool("swtpm");
    requireTool("setsid");
    folder = Files.createTempDirectory("lockstep-tpm-test-");
  }

  static void requireTool(String tool) {
    Either<TpmFailure, Path> found = Command.locate(tool);
    Assumptions.assumeTrue(found.isRight(), () -> found.getLeft().message());
  }

  SoftwareTpm boot(String state) {
    return boot(state, Firmware.DEFAULT);
  }

  SoftwareTpm boot(String state, Firmware firmware) {
    return SoftwareTpm.start(folder.resolve(state), firmware)
        .getOrElseThrow(failure -> new AssertionError(failure.message()));
  }

  static SecretSource secret(byte[] bytes) {
    return () -> MemorySegment.ofArray(bytes);
  }

  static SealedCredential seal(Tpm tpm, byte[] secret) {
    return SealedCredential.seal(tpm, "conversion-key", PCR_7, secret(secret))
        .getOrElseThrow(failure -> new AssertionError(failure.message()));
  }

  static Either<TpmFailure, byte[]> unseal(Tpm tpm, SealedCredential sealed) {
    AtomicReference<byte[]> taken = new AtomicReference<>();
    Option<TpmFailure> failure =
        sealed.unseal(
            tpm, "conversion-key", segment -> taken.set(segment.toArray(ValueLayout.JAVA_BYTE)));
    return failure.isDefined() ? Either.left(failure.get()) : Either.right(taken.get());
  }

  /** Nothing of ours may be left running on this folder. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> states = Files.list(folder)) {
      for (Path state : states.filter(Files::isDirectory).toList()) {
        OrphanSwtpm.end(state.toRealPath());
        RuntimeFolder.fresh(state.toRealPath()).delete(); // what a killed runner's TPM left
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
