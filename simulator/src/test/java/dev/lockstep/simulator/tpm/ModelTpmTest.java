package dev.lockstep.simulator.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTpmTest {

  private static final List<Integer> PCRS = List.of(7);

  private static ModelTpm tpm(String measured, OffDisk offDisk) {
    return new ModelTpm(measured, offDisk, Power.STEADY);
  }

  @Test
  void whatItSealedItOpensAfterACut() throws Exception {
    byte[] blob = tpm("same", OffDisk.NOTHING).seal(3, PCRS);

    assertThat(tpm("same", OffDisk.NOTHING).unsealed(blob)).isEqualTo(3);
  }

  @Test
  void otherFirmwareIsRefusedAndTheTryIsCountedForGood() {
    byte[] blob = tpm("then", OffDisk.NOTHING).seal(3, PCRS);
    ModelTpm now = tpm("now", OffDisk.NOTHING);

    assertThatThrownBy(() -> now.unsealed(blob)).isInstanceOf(KeyRefused.class);
    assertThat(now.offDisk().failedTries()).isEqualTo(1);
  }

  @Test
  void afterTooManyFailedTriesEvenTheRightOneIsRefused() {
    byte[] blob = tpm("same", OffDisk.NOTHING).seal(3, PCRS);
    OffDisk worn = new OffDisk(0, OffDisk.TRIES_ALLOWED);

    assertThatThrownBy(() -> tpm("same", worn).unsealed(blob))
        .isInstanceOf(KeyRefused.class)
        .hasMessageContaining("locked out");
  }

  @Test
  void aTornBlobIsRefusedWithoutBeingCounted() {
    ModelTpm tpm = tpm("same", OffDisk.NOTHING);
    byte[] blob = tpm.seal(3, PCRS);
    blob[20] ^= 1;

    assertThatThrownBy(() -> tpm.unsealed(blob)).isInstanceOf(KeyRefused.class);
    assertThat(tpm.offDisk().failedTries()).isZero();
  }

  @Test
  void aCutBeforeTheTryIsCountedLeavesTheCount() {
    ModelTpm tpm =
        new ModelTpm(
            "now",
            OffDisk.NOTHING,
            before -> {
              throw new PowerCut(before);
            });

    assertThatThrownBy(() -> tpm.authorise("then")).isInstanceOf(PowerCut.class);
    assertThat(tpm.offDisk().failedTries()).isZero();
  }
}
