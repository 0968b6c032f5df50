package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.tpm.Firmware;
import dev.lockstep.initrd.tpm.SoftwareTpm;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The TPM that a volume's keys were made with is not there any more as it was. */
class ChangedTpmOnImageTest {

  /** TPM2_Clear under the platform hierarchy's empty password, as the firmware's setup does it. */
  private static final byte[] CLEAR =
      HexFormat.of().parseHex("80020000001b000001264000000c00000009400000090000000000");

  @TempDir Path folder;
  private InstalledImage image;
  private Path tpm;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
  }

  @BeforeEach
  void install() throws IOException {
    image = new InstalledImage(folder);
    tpm = folder.resolve("tpm");
    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
  }

  private void clear() throws IOException {
    try (SoftwareTpm running = SoftwareTpm.start(tpm, Firmware.DEFAULT).get()) {
      assertThat(HexFormat.of().formatHex(running.transmit(CLEAR), 6, 10)).isEqualTo("00000000");
    }
  }

  private static Refusal refusal(Ending ending) {
    assertThat(ending).isInstanceOf(Ending.Stopped.class);
    return ((Ending.Stopped) ending).refusal();
  }

  @Test
  void underWayItSaysWhetherTheTpmWasClearedOrIsAnother() throws IOException {
    image.firstBoot(InstalledImage.at("HeaderPlaced"));
    assertThat(refusal(image.firstBoot(folder.resolve("other"), Brake.never())).sentence())
        .contains("It is another TPM");
    clear();
    Refusal cleared = refusal(image.firstBoot(Brake.never()));
    assertThat(cleared.kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(cleared.sentence()).contains("--key-file", "was cleared since");
  }

  @Test
  void aTpmThatIsClearedWhileTheDiskIsPlainCostsNothing() throws IOException {
    image.firstBoot(InstalledImage.at("KeysProven"));
    clear();
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  private Ending with(Path other, Path key, Brake<Phase, Intent> brake) throws IOException {
    return image.firstBoot(other, Option.some(key), brake);
  }

  private int slots() throws IOException {
    try (Disk disk = Disk.open(image.disk()).get()) {
      DiskPartitions.Place root = disk.partitions().root();
      try (LoopDevice loop =
              LoopDevice.attach(
                  image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
          CryptDevice volume = CryptDevice.open(loop.path()).load()) {
        return volume.keyslots().active().size();
      }
    }
  }

  @Test
  void withTheRecoveryKeyAnotherTpmTakesTheSlotOfOneThatIsGone() throws IOException {
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    Path other = folder.resolve("other");
    Path wrong = Files.writeString(folder.resolve("wrong"), "no key of this volume");
    byte[] before = Files.readAllBytes(image.disk());
    assertThat(refusal(image.firstBoot(other, Brake.never())).code()).isEqualTo("TPM_IS_ANOTHER");
    assertThat(Arrays.equals(before, Files.readAllBytes(image.disk()))).isTrue();
    assertThat(refusal(with(other, wrong, Brake.never())).kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(slots()).isEqualTo(2);

    // Stopped, as if cut, with both there: the earlier one is kept until the present one is proven.
    assertThat(refusal(with(other, image.recoveryKey(), InstalledImage.at("TpmAdded"))).code())
        .isEqualTo("TEST");
    assertThat(slots()).isEqualTo(3);
    assertThat(image.firstBoot(other, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(slots()).isEqualTo(2);
    assertThat(image.firstBoot(other, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(refusal(image.firstBoot(Brake.never())).code()).isEqualTo("TPM_IS_ANOTHER");
  }

  @Test
  void aClearedTpmIsEnrolledAnewInOneRun() throws IOException {
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    clear();
    assertThat(with(tpm, image.recoveryKey(), Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(slots()).isEqualTo(2);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  @Test
  void aFinishedVolumeTellsAClearedTpmFromAnother() throws IOException {
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(refusal(image.firstBoot(folder.resolve("other"), Brake.never())).code())
        .isEqualTo("TPM_IS_ANOTHER");
    clear();
    assertThat(refusal(image.firstBoot(Brake.never())).code()).isEqualTo("TPM_WAS_CLEARED");
  }
}
