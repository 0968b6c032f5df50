package dev.lockstep.initrd.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TpmDeviceTest {
  @Test
  void readsEachForm() {
    assertThat(TpmDevice.parse("none").get()).isEqualTo(new TpmDevice.Absent());
    assertThat(TpmDevice.parse("swtpm:/a/../b").get())
        .isEqualTo(new TpmDevice.Software(Path.of("/b")));
    assertThat(TpmDevice.parse("/dev/tpm0", path -> true).get())
        .isEqualTo(new TpmDevice.Device(Path.of("/dev/tpm0")));
  }

  @Test
  void autoTakesTheMachinesTpmOrNone() {
    assertThat(TpmDevice.parse("auto", path -> true).get())
        .isEqualTo(new TpmDevice.Device(Path.of("/dev/tpmrm0")));
    assertThat(TpmDevice.parse("auto", path -> false).get()).isEqualTo(new TpmDevice.Absent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tpm", "swtpm:", "swtpm:/a,b", "/dev/none-such", "/dev/\0", "AUTO"})
  void refusesTheRestInOneSentence(String text) {
    assertThat(TpmDevice.parse(text).getLeft())
        .endsWith(".")
        .doesNotContain("\n")
        .hasSizeLessThan(120);
  }

  @Test
  void anAbsentTpmOpensAsNone() {
    assertThat(new TpmDevice.Absent().open(Firmware.DEFAULT).get().isEmpty()).isTrue();
  }
}
