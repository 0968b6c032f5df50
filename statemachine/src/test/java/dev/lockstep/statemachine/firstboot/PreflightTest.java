package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightTest {

  private static Refusal refusal(Fixture.Seen seen) {
    return Preflight.check(seen.build()).getLeft();
  }

  @Test
  void theWindowHoldsTheFilesystemAndTwoShifts() {
    assertThat(Preflight.check(plain().build()).get().windowBytes()).isEqualTo(1000);
  }

  @Test
  void aFilesystemMayReachTheReserveButNotIntoIt() {
    Seen seen = plain();
    seen.volume = new Plain("ext4", "u", 1800, 10);
    assertThat(Preflight.check(seen.build()).get().windowBytes()).isEqualTo(2000);
    seen.volume = new Plain("ext4", "u", 1801, 10);
    assertThat(refusal(seen).code()).isEqualTo("FILESYSTEM_IN_RESERVE");
    assertThat(refusal(seen).sentence()).contains("shrink it to 180 blocks of 10 bytes");
  }

  @Test
  void allObjectionsAreToldAtOnce() {
    Seen seen = plain();
    seen.facts = new Facts(DISK, 2000, "2.4.2", TpmHealth.ABSENT, "There is no TPM.", 10, true);
    seen.entries = List.of();
    assertThat(refusal(seen).code())
        .isEqualTo("CRYPTSETUP_TOO_OLD+NO_TPM+NO_TRIGGER+ON_BATTERY+BOOT_PARTITION_FULL");
    assertThat(refusal(seen).kind()).isEqualTo(Refusal.Kind.PREFLIGHT);
  }

  @Test
  void onlyVersionsBeforeTheFixedOneAreTooOld() {
    for (String version : List.of("2.4.2", "2.3.9", "1.9", "2.4", "nonsense")) {
      Seen seen = plain();
      seen.facts = new Facts(DISK, 2000, version, TpmHealth.READY, "", 1000, false);
      assertThat(refusal(seen).code()).as(version).isEqualTo("CRYPTSETUP_TOO_OLD");
    }
    for (String version : List.of("2.4.3", "2.4.10", "2.6.1", "2.10.0-rc1", "3.0")) {
      Seen seen = plain();
      seen.facts = new Facts(DISK, 2000, version, TpmHealth.READY, "", 1000, false);
      assertThat(Preflight.check(seen.build()).isRight()).as(version).isTrue();
    }
  }

  @Test
  void aTpmThatIsNoUseIsMetAsThePolicySays() {
    Seen seen = plain();
    seen.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.ABSENT, "There is none.", 1000, false);
    assertThat(refusal(seen))
        .isEqualTo(Refusal.preflight("NO_TPM", "There is none.")); // and boots in the clear
    seen.policy =
        POLICY.with(
            new KeyChoice(Job.STANDARD_SLOTS, Option.none(), WhenNoTpm.STOP, WhenNoTpm.CLEAR));
    assertThat(refusal(seen)).isEqualTo(Refusal.needsPerson("NO_TPM", "There is none."));
    seen.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.LOCKED_OUT, "Locked.", 1000, false);
    assertThat(refusal(seen)).isEqualTo(Refusal.preflight("TPM_LOCKED_OUT", "Locked."));
  }

  @Test
  void whereThePolicyLetsGoOfTheTpmTheJobHasNoSlotForIt() {
    Seen seen = plain();
    seen.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.ABSENT, "There is none.", 1000, false);
    seen.policy =
        POLICY.with(
            new KeyChoice(
                List.of(Slot.TPM2, Slot.RECOVERY, Slot.PASSWORD),
                Option.none(),
                WhenNoTpm.RECOVERY_ONLY,
                WhenNoTpm.STOP));
    assertThat(Preflight.check(seen.build()).get().slots())
        .containsExactly(Slot.RECOVERY, Slot.PASSWORD);
    seen.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.READY, "", 1000, false);
    assertThat(Preflight.check(seen.build()).get().slots())
        .containsExactly(Slot.TPM2, Slot.RECOVERY, Slot.PASSWORD);
    seen.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.SILENT, "Silent.", 1000, false);
    assertThat(refusal(seen)).isEqualTo(Refusal.needsPerson("TPM_SILENT", "Silent."));
  }

  @Test
  void thePolicysPcrsGoBeforeTheBootEntrys() {
    Seen seen = plain();
    seen.policy =
        POLICY.with(
            new KeyChoice(
                Job.STANDARD_SLOTS, Option.some(List.of(14)), WhenNoTpm.CLEAR, WhenNoTpm.CLEAR));
    assertThat(Preflight.check(seen.build()).get().pcrs()).containsExactly(14);
    seen.policy = POLICY;
    assertThat(Preflight.check(seen.build()).get().pcrs()).containsExactly(7);
  }

  @Test
  void aTriggerThatCannotBeUnderstoodIsRefusedInItsOwnWords() {
    Seen seen = plain();
    seen.entries =
        List.of(
            new EntrySeen(
                "os.conf", true, Option.some("unknown option"), List.of(7), Option.none(), HEAD));
    assertThat(refusal(seen).code()).isEqualTo("BAD_TRIGGER");
    assertThat(refusal(seen).sentence()).contains("unknown option");
  }

  @Test
  void whatIsNoPlainFilesystemIsRefused() {
    assertThat(refusal(encrypted()).code()).isEqualTo("ENCRYPTED_ALREADY");
    assertThat(refusal(underLuks(new VolumeState.Unrecognised("zeros"))).code())
        .isEqualTo("NO_FILESYSTEM");
    assertThat(refusal(underLuks(new VolumeState.Converting(LUKS, 1, 1))).code())
        .isEqualTo("JOURNAL_BEHIND_DISK");
    assertThat(refusal(underLuks(new VolumeState.ForeignConversion(OTHER, "x"))).code())
        .isEqualTo("FOREIGN_CONVERSION");
  }
}
