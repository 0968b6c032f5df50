package dev.lockstep.initrd.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootWishesTest {

  @TempDir Path folder;

  private Duration within(String policy) throws IOException {
    return BootWishes.skipKeyWithin(Files.writeString(folder.resolve("policy.toml"), policy));
  }

  @Test
  void thePolicySaysHowLongTheKeyIsWaitedForAndMayForbidIt() throws IOException {
    assertThat(within("[boots]\nskip-key-seconds = 3\n")).isEqualTo(Duration.ofSeconds(3));
    assertThat(within("[boots]\nskip-key-seconds = 0\n")).isZero();
    assertThat(within("[boots]\nmax = 5\n")).isEqualTo(Duration.ofSeconds(10));
    assertThat(BootWishes.skipKeyWithin(folder.resolve("none"))).isEqualTo(Duration.ofSeconds(10));
  }

  /** The run tells what is wrong with it, at once. */
  @Test
  void aFaultyPolicyIsNotWaitedWith() throws IOException {
    assertThat(within("[boots]\nskip-key-seconds = 601\n")).isZero();
    assertThat(within("no toml")).isZero();
  }
}
