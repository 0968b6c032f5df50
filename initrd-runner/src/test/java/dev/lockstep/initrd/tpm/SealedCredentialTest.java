package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real systemd-creds on a real software TPM. */
final class SealedCredentialTest {
  private TpmFixture fixture;
  private final byte[] key = new byte[32];

  @BeforeEach
  void prepare() throws IOException {
    fixture = new TpmFixture();
    TpmFixture.requireTool("systemd-creds");
    new SecureRandom().nextBytes(key);
  }

  @AfterEach
  void cleanUp() throws IOException {
    fixture.close();
  }

  @Test
  void unsealsInTheSameBoot() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(TpmFixture.unseal(tpm, TpmFixture.seal(tpm, key)).get()).isEqualTo(key);
    }
  }

  @Test
  void unsealsInTheNextBoot() {
    SealedCredential sealed = sealedIn("a");
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(TpmFixture.unseal(tpm, sealed).get()).isEqualTo(key);
    }
  }

  @Test
  void unsealsAfterAPowerCut() {
    SoftwareTpm cut = fixture.boot("a");
    SealedCredential sealed = TpmFixture.seal(cut, key);
    cut.cutPower();
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(TpmFixture.unseal(tpm, sealed).get()).isEqualTo(key);
    }
  }

  @Test
  void unsealsMoreOftenThanTheTpmHasSessions() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      SealedCredential sealed = TpmFixture.seal(tpm, key);
      for (int time = 0; time < 8; time++) {
        assertThat(TpmFixture.unseal(tpm, sealed).get()).isEqualTo(key);
      }
    }
  }

  @Test
  void refusesUnderOtherFirmwareAndAgreesAgainUnderTheOld() {
    SealedCredential sealed = sealedIn("a");
    try (SoftwareTpm tpm = fixture.boot("a", TpmFixture.OTHER_FIRMWARE)) {
      for (int time = 0; time < 5; time++) {
        assertThat(TpmFixture.unseal(tpm, sealed).getLeft())
            .isInstanceOf(TpmFailure.WrongTpmOrPcr.class);
      }
    }
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(TpmFixture.unseal(tpm, sealed).get()).isEqualTo(key);
    }
  }

  @Test
  void ignoresFirmwareThatOnlyChangesAnUnboundPcr() {
    SealedCredential sealed = sealedIn("a");
    try (SoftwareTpm tpm = fixture.boot("a", Firmware.DEFAULT.measuring(4, "another loader"))) {
      assertThat(TpmFixture.unseal(tpm, sealed).get()).isEqualTo(key);
    }
  }

  @Test
  void refusesOnAnotherTpm() {
    SealedCredential sealed = sealedIn("a");
    try (SoftwareTpm tpm = fixture.boot("b")) {
      assertThat(TpmFixture.unseal(tpm, sealed).getLeft())
          .isInstanceOf(TpmFailure.WrongTpmOrPcr.class);
    }
  }

  @Test
  void refusesAnotherName() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      SealedCredential sealed = TpmFixture.seal(tpm, key);
      assertThat(sealed.unseal(tpm, "other-name", secret -> {}).get())
          .isInstanceOf(TpmFailure.Failed.class);
    }
  }

  @Test
  void refusesToSealToPcrsNothingWasMeasuredInto() {
    try (SoftwareTpm tpm = fixture.boot("a", new Firmware(new java.util.TreeMap<>()))) {
      var sealed =
          SealedCredential.seal(tpm, "conversion-key", TpmFixture.PCR_7, TpmFixture.secret(key));
      assertThat(sealed.getLeft().message()).contains("measured nothing into PCR [7]");
    }
  }

  @Test
  void refusesASecretThatIsTooLong() {
    try (SoftwareTpm tpm = fixture.boot("a")) {
      var tooLong = TpmFixture.secret(new byte[SealedCredential.MAX_SECRET_BYTES + 1]);
      var sealed = SealedCredential.seal(tpm, "conversion-key", TpmFixture.PCR_7, tooLong);
      assertThat(sealed.getLeft().message()).contains("at most 1024 bytes");
      byte[] longest = new byte[SealedCredential.MAX_SECRET_BYTES];
      longest[7] = 1;
      assertThat(TpmFixture.unseal(tpm, TpmFixture.seal(tpm, longest)).get()).isEqualTo(longest);
    }
  }

  private SealedCredential sealedIn(String state) {
    try (SoftwareTpm tpm = fixture.boot(state)) {
      return TpmFixture.seal(tpm, key);
    }
  }
}
