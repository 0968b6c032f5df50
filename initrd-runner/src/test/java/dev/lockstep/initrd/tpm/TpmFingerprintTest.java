package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.port.TpmIdentity;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A TPM is known again; after a clear by half of what names it; and another one by none of it. */
final class TpmFingerprintTest {
  private static final String SALT = "a disk";

  /** TPM2_Clear under the platform hierarchy's empty password, as the firmware's setup does it. */
  private static final byte[] CLEAR =
      HexFormat.of().parseHex("80020000001b000001264000000c00000009400000090000000000");

  private TpmFixture fixture;

  @BeforeEach
  void prepare() throws IOException {
    fixture = new TpmFixture();
  }

  @AfterEach
  void cleanUp() throws IOException {
    fixture.close();
  }

  private TpmIdentity of(String state) {
    try (SoftwareTpm tpm = fixture.boot(state)) {
      return TpmFingerprint.of(tpm, SALT);
    }
  }

  private void clear(String state) throws IOException {
    try (SoftwareTpm tpm = fixture.boot(state)) {
      assertThat(HexFormat.of().formatHex(tpm.transmit(CLEAR), 6, 10)).isEqualTo("00000000");
    }
  }

  @Test
  void theSameTpmIsKnownAgainWhateverTheFirmwareMeasures() {
    TpmIdentity first = of("a");
    assertThat(first.wasTold()).isTrue();
    try (SoftwareTpm tpm = fixture.boot("a", TpmFixture.OTHER_FIRMWARE)) {
      assertThat(TpmFingerprint.of(tpm, SALT)).isEqualTo(first);
      assertThat(TpmFingerprint.of(tpm, SALT)).isEqualTo(first);
    }
  }

  @Test
  void aClearChangesTheStorageRootAndLeavesTheEndorsementKey() throws IOException {
    TpmIdentity before = of("a");
    clear("a");
    TpmIdentity after = of("a");
    assertThat(after.endorsement()).isEqualTo(before.endorsement());
    assertThat(after.storage()).isNotEqualTo(before.storage());
  }

  @Test
  void anotherTpmHasNeitherAndAnotherDiskSeesNothingItKnows() {
    TpmIdentity one = of("a");
    TpmIdentity two = of("b");
    assertThat(two.endorsement()).isNotEqualTo(one.endorsement());
    assertThat(two.storage()).isNotEqualTo(one.storage());
    try (SoftwareTpm tpm = fixture.boot("a")) {
      TpmIdentity elsewhere = TpmFingerprint.of(tpm, "another disk");
      assertThat(elsewhere.endorsement()).isNotEqualTo(one.endorsement());
      assertThat(elsewhere.storage()).isNotEqualTo(one.storage());
    }
  }

  /** And so it must not bring the lockout nearer, cut or not. */
  @Test
  void tellingUsesUpNoTryNotEvenWithPowerCuts() {
    for (int cut = 0; cut < 5; cut++) {
      SoftwareTpm tpm = fixture.boot("a");
      assertThat(TpmFingerprint.of(tpm, SALT).wasTold()).isTrue();
      tpm.cutPower();
    }
    try (SoftwareTpm tpm = fixture.boot("a")) {
      assertThat(Lockout.read(tpm).get().failedTries()).isZero();
    }
  }

  @Test
  void aTpmThatIsGoneTellsNothing() {
    SoftwareTpm tpm = fixture.boot("a");
    tpm.cutPower();
    assertThat(TpmFingerprint.of(tpm, SALT)).isEqualTo(TpmIdentity.NOT_TOLD);
  }
}
