package dev.lockstep.journal.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Role;
import dev.lockstep.statemachine.firstboot.TpmTries;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import io.vavr.control.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionalFieldsTest {
  private final EventCodec<Intent, Outcome> codec = new EventCodec<>(Family.FIRST_BOOT);

  private Encoded encoded(int transferBytes, int sectorBytes) {
    return codec.encode(event(transferBytes, sectorBytes));
  }

  private static Event<Intent, Outcome> event(int transferBytes, int sectorBytes) {
    return event(transferBytes, sectorBytes, Role.ROOT);
  }

  private static Event<Intent, Outcome> event(int transferBytes, int sectorBytes, Role role) {
    return new Event.Completed<>(
        new Outcome.PreflightPassed(
            new Job(
                new DiskIdentity("disk", "partition"),
                new Plain("xfs", "u", 1 << 20, 4096, transferBytes),
                16 << 20,
                64 << 20,
                128 << 20,
                List.of(7),
                List.of(Slot.RECOVERY),
                sectorBytes,
                role)));
  }

  @Test
  void theSectorSizeIsToldOnlyWhereItIsNotWhatItAlwaysWas() {
    assertThat(encoded(4096, 4096).json())
        .contains("\"sectorBytes\":4096")
        .contains("\"smallestTransferBytes\":4096");
    assertThat(encoded(512, 512).json())
        .doesNotContain("sectorBytes")
        .doesNotContain("smallestTransferBytes");
  }

  @Test
  void onlyAVolumeThatIsNotTheRootSaysWhatItIs() {
    Event<Intent, Outcome> data = event(512, 512, Role.DATA);
    assertThat(codec.encode(data).json()).endsWith(",\"volumeRole\":\"DATA\"}}}");
    assertThat(codec.decode(codec.encode(data)).get()).isEqualTo(Option.some(data));
    assertThat(encoded(512, 512).json()).doesNotContain("volumeRole");
  }

  /** For ever: journals lie on disks. */
  @Test
  void theFormOnTheMediumIsFixed() {
    assertThat(encoded(4096, 4096).json())
        .isEqualTo(
            "{\"outcome\":{\"job\":{\"disk\":{\"diskId\":\"disk\",\"partitionUuid\":\"partition\"},"
                + "\"filesystem\":{\"filesystem\":\"xfs\",\"uuid\":\"u\",\"endBytes\":1048576,"
                + "\"blockBytes\":4096,\"smallestTransferBytes\":4096},\"shiftBytes\":16777216,"
                + "\"windowBytes\":67108864,\"partitionBytes\":134217728,\"pcrs\":[7],"
                + "\"slots\":[\"RECOVERY\"],\"sectorBytes\":4096}}}");
  }

  @Test
  void whatIsLeftOutComesBack() {
    for (int transferBytes : new int[] {512, 1024, 4096}) {
      for (int sectorBytes : new int[] {512, 4096}) {
        if (sectorBytes <= transferBytes) {
          assertThat(codec.decode(encoded(transferBytes, sectorBytes)).get())
              .isEqualTo(Option.some(event(transferBytes, sectorBytes)));
        }
      }
    }
  }

  @Test
  void theTpmsCounterIsToldWhereItWasReadAndNothingIsWhereItWasNot() {
    Event<Intent, Outcome> read =
        new Event.Completed<>(new Outcome.KeysProven(new TpmTries(1, 2, 32)));
    assertThat(codec.encode(read).json())
        .isEqualTo("{\"outcome\":{\"tpmTries\":{\"before\":1,\"after\":2,\"most\":32}}}");
    assertThat(codec.decode(codec.encode(read)).get()).isEqualTo(Option.some(read));

    Event<Intent, Outcome> unread = new Event.Completed<>(new Outcome.KeysProven());
    assertThat(codec.encode(unread).json()).isEqualTo("{\"outcome\":{}}");
    assertThat(codec.decode(codec.encode(unread)).get()).isEqualTo(Option.some(unread));
  }

  /** Such a record was never written by us: followed, it would make a volume nobody can mount. */
  @Test
  void sectorsThatDoNotFitAreRefusedAsUnreadable() {
    Encoded whole = encoded(4096, 4096);
    Encoded forged =
        new Encoded(
            whole.type(),
            whole.version(),
            whole.json().replace("\"sectorBytes\":4096", "\"sectorBytes\":2048"));
    assertThat(codec.decode(forged).isLeft()).isTrue();
  }
}
