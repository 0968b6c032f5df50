package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainRootTest {

  /** As systemd-escape --path --suffix=device has it, and a boot's console shows it. */
  @Test
  void aDeviceHasTheUnitThatSystemdKnows() {
    assertThat(PlainRoot.unit("/dev/disk/by-partuuid/c7817f9a-2242-493e-8995-5c0ccc1dc4be"))
        .isEqualTo(
            "dev-disk-by\\x2dpartuuid-c7817f9a\\x2d2242\\x2d493e\\x2d8995\\x2d5c0ccc1dc4be.device");
  }
}
