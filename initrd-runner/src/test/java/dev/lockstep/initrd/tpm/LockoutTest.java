package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What power cuts do to the dictionary-attack counter, measured. */
final class LockoutTest {
  private TpmFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new TpmFixture();
    TpmFixture.requireTool("systemd-creds");
  }

  @AfterEach
  void cleanUp() throws IOException {
    fixture.close();
  }

  @Test
  void aNewTpmCountsLikeAPcs() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(Lockout.read(tpm).get())
          .isEqualTo(new Lockout(0, 32, Duration.ofMinutes(10), Duration.ofDays(1), false));
    }
  }

  @Test
  void fiftyPowerCutsAfterALoanCostNoTry() {
    SealedCredential sealed = sealed();
    for (int cut = 0; cut < 50; cut++) {
      SoftwareTpm tpm = fixture.boot("a");
      assertThat(TpmFixture.unseal(tpm, sealed).isRight()).isTrue();
      tpm.cutPower();
    }
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(Lockout.read(tpm).get().failedTries()).isZero();
    }
  }

  /** The reason for {@link Tpm#lend}: without it, a cut a boot ends in a lockout. */
  @Test
  void powerCutsWithinALoanCostATryEachAndLockInTheEnd() throws IOException {
    SealedCredential sealed = sealed();
    for (int cut = 0; cut < 32; cut++) {
      SoftwareTpm tpm = fixture.boot("a");
      assertThat(Lockout.read(tpm).get().failedTries()).isEqualTo(cut);
      assertThat(Lockout.read(tpm).get().triesLeft()).isEqualTo(32 - cut);
      tpm.lend(
          device -> {
            useProtectedObject(device);
            tpm.cutPower();
            return null;
          });
    }
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(Lockout.read(tpm).get().locked()).isTrue();
      assertThat(Lockout.read(tpm).get().triesLeft()).isZero();
      assertThat(TpmFixture.unseal(tpm, sealed).getLeft()).isInstanceOf(TpmFailure.LockedOut.class);
    }
  }

  /** Seals something and throws it away: the storage key is protected, with or without a PIN. */
  private static void useProtectedObject(String device) {
    Command.Result result =
        Command.of(
                "systemd-creds",
                "encrypt",
                "--with-key=tpm2",
                "--tpm2-device=" + device,
                "--tpm2-pcrs=7",
                "--name=none",
                "-",
                "-")
            .run()
            .get();
    assertThat(result.exitCode()).as(result.stderr()).isZero();
  }

  private SealedCredential sealed() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      return TpmFixture.seal(tpm, new byte[32]);
    }
  }

  /** A TPM that takes three tries in all is still asked after one power cut, and not after two. */
  @Test
  void theReserveLeavesATpmOfFewTriesSomeUse() {
    assertThat(after(29, 32).isNear()).isFalse();
    assertThat(after(30, 32).isNear()).isTrue();
    assertThat(after(0, 3).isNear()).isFalse();
    assertThat(after(1, 3).isNear()).isFalse();
    assertThat(after(2, 3).isNear()).isTrue();
    assertThat(after(1, 1).isNear()).isTrue();
  }

  private static Lockout after(long failedTries, long maxTries) {
    return new Lockout(failedTries, maxTries, Duration.ofMinutes(10), Duration.ofDays(1), false);
  }
}
