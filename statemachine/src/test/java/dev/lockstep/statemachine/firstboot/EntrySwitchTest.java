package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Fixture.LUKS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EntrySwitchTest {

  private static final String OLD =
      """
      # made by hand
      title An OS
      version 6.1
      linux /vmlinuz
      initrd /initrd.img
      unknown-key kept
      options root=PARTUUID=1234 rw quiet
      options rd.lockstep.encrypt=tpm2 console=ttyS0
      """;

  @Test
  void onlyTheTriggerAndThePlainRootGo() {
    String encrypted = EntrySwitch.encrypted(OLD, LUKS, Job.STANDARD_SLOTS).get();

    assertThat(encrypted)
        .contains("# made by hand", "unknown-key kept", "rw quiet", "console=ttyS0")
        .contains("rd.luks.name=" + LUKS + "=root", "root=/dev/mapper/root")
        .doesNotContain("PARTUUID", "rd.lockstep.encrypt");
  }

  @Test
  void theOldEntryStaysPreferredByName() {
    assertThat(EntrySwitch.newName("debian-6.1.conf")).isEqualTo("debian-6.1~encrypted.conf");
    assertThat(EntrySwitch.newName("debian-6.1+3-1.conf")).isEqualTo("debian-6.1~encrypted.conf");
  }
}
