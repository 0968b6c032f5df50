package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy or the journal knows a volume no more; the volume and its key are there as ever. */
class ForgottenVolumeOnImageTest {

  private static final List<VolumeWish> HOME = List.of(ManyVolumesImage.HOME);

  @TempDir Path folder;
  private ManyVolumesImage image;
  private byte[] home;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
  }

  @BeforeEach
  void install() throws Exception {
    image = ManyVolumesImage.install(folder);
    home = image.plainHome();
  }

  private Path key() {
    return image.image().recoveryKey();
  }

  private static Refusal refusal(Ending ending) {
    return ((Ending.Stopped) ending).refusal();
  }

  /** The root's own key would be made anew, and go to the same file. */
  @Test
  void theOnlyKeyOfAVolumeThatThePolicyDropsIsNotReplaced() throws Exception {
    assertThatThrownBy(() -> image.cutAfter(HOME, "root", "SealConversionKey"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    String only = Files.readString(key());
    assertThatThrownBy(() -> image.run(Goal.ENCRYPT, List.of(), Brake.never()))
        .hasMessageContaining("exists");
    assertThat(key()).hasContent(only);
    assertThat(image.run(Goal.ENCRYPT, HOME, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(home, image.decryptedHome(key()))).isTrue();
  }

  @Test
  void withItsJournalGoneItIsUnderWayByWhatIsPrepared() throws Exception {
    image.run(Goal.ENCRYPT, HOME, InstalledImage.at("HeaderPlaced"));
    onBootPartition("rm -r lockstep/volumes/home/journal");
    for (Goal goal : List.of(Goal.ENCRYPT, Goal.UNDO)) {
      assertThat(refusal(image.run(goal, List.of(), Brake.never())).code())
          .isEqualTo("VOLUME_FORGOTTEN");
    }
    assertThat(image.run(Goal.ENCRYPT, HOME, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(home, image.decryptedHome(key()))).isTrue();
  }

  /** Found out after the first volume was encrypted it would leave the machine half done. */
  @Test
  void noVolumeIsBegunWhileAnothersKeyHasNowhereToGo() throws Exception {
    Files.writeString(key(), "the only key of another disk");
    Refusal refusal =
        refusal(image.run(Goal.ENCRYPT, List.of(ManyVolumesImage.OWN_HOME), Brake.never()));
    assertThat(refusal.code()).isEqualTo("NO_HANDOVER");
    assertThat(Arrays.equals(home, image.plainHome())).isTrue();
    assertThat(key()).hasContent("the only key of another disk");
  }

  private void onBootPartition(String command) throws Exception {
    Path boot = Files.createDirectories(folder.resolve("boot"));
    DiskPartitions.Place place;
    try (Disk disk = Disk.open(image.image().disk()).get()) {
      place = disk.partitions().boot();
    }
    String script =
        "mount -o loop,offset=%d,sizelimit=%d '%s' '%s' && (cd '%4$s' && %5$s); umount '%4$s'"
            .formatted(place.offsetBytes(), place.sizeBytes(), image.image().disk(), boot, command);
    assertThat(new ProcessBuilder("sh", "-c", script).inheritIO().start().waitFor()).isZero();
  }
}
