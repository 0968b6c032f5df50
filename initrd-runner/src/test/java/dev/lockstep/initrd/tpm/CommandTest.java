package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class CommandTest {
  @Test
  void givesAToolNothingOfOurEnvironment() {
    assertThat(Command.of("env").run().get().stdout().lines())
        .containsExactlyInAnyOrder("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C");
  }

  @Test
  void namesThePackageOfAMissingTool() {
    assertThat(Command.of("no-such-tool").run().getLeft())
        .isEqualTo(new TpmFailure.ToolMissing("no-such-tool", "no-such-tool"));
    assertThat(new TpmFailure.ToolMissing("swtpm", "swtpm").message())
        .isEqualTo("The program swtpm is missing: install the package swtpm.");
  }

  @Test
  void keepsTheEndOfALongOutput() {
    Command.Result result =
        Command.of("sh", "-c", "seq 1 100000 >&2; seq 1 100000; exit 3").run().get();
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.stderr()).hasSize(Command.MAX_STDERR).endsWith("\n100000\n");
    assertThat(result.stdout()).hasSize(Command.MAX_STDOUT_BYTES).endsWith("\n100000\n");
  }

  @Test
  void endsAToolThatHangs() {
    long start = System.nanoTime();
    TpmFailure failure = Command.of("sleep", "60").within(Duration.ofMillis(200)).run().getLeft();
    assertThat(failure.message()).contains("sleep did not end");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void handsASecretOverAsASeekableFileAndTakesOneBack() throws IOException {
    byte[] secret = "a secret\0with everything\n".getBytes(StandardCharsets.US_ASCII);
    AtomicReference<byte[]> taken = new AtomicReference<>();
    try (MemoryFile input = MemoryFile.holding(TpmFixture.secret(secret));
        SecretPipe output = new SecretPipe()) {
      Command.Result result =
          Command.of("sh", "-c", "stat -L -c %a /dev/stdin >&2; tail -c 25 /dev/stdin")
              .withStdin(input.path())
              .withStdout(output.writeEnd())
              .run()
              .get();
      assertThat(result.stderr()).isEqualTo("600\n");
      assertThat(result.stdout()).isEmpty();
      assertThat(output.drainTo(bytes -> taken.set(bytes.toArray(ValueLayout.JAVA_BYTE)))).isTrue();
    }
    assertThat(taken.get()).isEqualTo(secret);
  }

  @Test
  void takesNoSecretThatIsEmptyOrTooLong() throws IOException {
    for (String script : new String[] {"true", "head -c 4097 /dev/zero"}) {
      try (SecretPipe output = new SecretPipe()) {
        Command.of("sh", "-c", script).withStdout(output.writeEnd()).run().get();
        assertThat(
                output.drainTo(
                    bytes -> {
                      throw new AssertionError("called");
                    }))
            .isFalse();
      }
    }
  }
}
