package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.JournalEvents;
import dev.lockstep.initrd.syscall.AttachedLoop;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole first boot on a real image: real libcryptsetup, software TPM, ext4. */
class FirstBootOnImageTest {

  @TempDir Path folder;
  private InstalledImage image;

  @BeforeAll
  static void needsRootAndTools() {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "the kernel has no loop devices");
    assumeTrue(
        List.of("swtpm", "systemd-cryptenroll", "systemd-creds", "mkfs.ext4").stream()
            .allMatch(FirstBootOnImageTest::isInstalled),
        "swtpm, systemd and e2fsprogs are needed");
  }

  private static boolean isInstalled(String tool) {
    return List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin").stream()
        .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
  }

  @BeforeEach
  void install() throws IOException {
    image = new InstalledImage(folder);
    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
  }

  private static Refusal refusal(Ending ending) {
    assertThat(ending).isInstanceOf(Ending.Stopped.class);
    return ((Ending.Stopped) ending).refusal();
  }

  private byte[] whole() throws IOException {
    return Files.readAllBytes(image.disk());
  }

  private DiskPartitions partitions() throws IOException {
    try (Disk disk = Disk.open(image.disk()).get()) {
      return disk.partitions();
    }
  }

  /** Every phase that a first boot goes through is a place from which a new run goes on. */
  @Test
  void stoppedInEveryPhaseItGoesOnToTheSameEnd() throws IOException {
    for (Class<?> phase : Phase.class.getPermittedSubclasses()) {
      stopIn(phase);
    }
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    theVolumeOpensWithTheRecoveryKeyOnly();
    Scan journal = ImageJournal.read(image.disk());
    assertThat(journal.isSound()).isTrue();
    assertThat(journal.lastGeneration()).isGreaterThan(15);
  }

  private void stopIn(Class<?> phase) throws IOException {
    if (phase == Phase.Withdrawing.class) {
      return; // nobody asked for that, see UndoOnImageTest
    }
    if (phase.isSealed()) {
      for (Class<?> member : phase.getPermittedSubclasses()) {
        stopIn(member);
      }
    } else if (!List.of("Untouched", "Contradiction", "TakenOver", "TpmAdded", "RestCleared")
        .contains(phase.getSimpleName())) {
      assertThat(refusal(image.firstBoot(InstalledImage.at(phase.getSimpleName()))).code())
          .as(phase.getSimpleName())
          .isEqualTo("TEST");
    }
  }

  private void theVolumeOpensWithTheRecoveryKeyOnly() throws IOException {
    DiskPartitions.Place root = partitions().root();
    try (LoopDevice loop =
            LoopDevice.attach(
                image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
        CryptDevice volume = CryptDevice.open(loop.path()).load();
        Secret recovery = Secret.readFrom(image.recoveryKey(), 4096)) {
      assertThat(volume.keyslots().test(recovery)).isInstanceOf(KeyTest.Opens.class);
      assertThat(volume.keyslots().active()).hasSize(2);
    }
    byte[] encrypted =
        Arrays.copyOfRange(
            whole(),
            Math.toIntExact(root.offsetBytes()),
            Math.toIntExact(root.offsetBytes() + root.sizeBytes()));
    String plaintext = new String(encrypted, StandardCharsets.ISO_8859_1);
    assertThat(plaintext.contains(InstalledImage.KNOWN_PLAINTEXT)).isFalse();
  }

  @Test
  void anotherTpmIsRefusedAndNothingIsWritten() throws IOException {
    image.firstBoot(InstalledImage.at("HeaderPlaced"));
    byte[] root = rootBytes();
    Refusal refusal = refusal(image.firstBoot(folder.resolve("other-tpm"), Brake.never()));
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(Arrays.equals(root, rootBytes())).isTrue();
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  @Test
  void aFinishedVolumeTellsAnotherTpmFromItsOwn() throws IOException {
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    byte[] root = rootBytes();
    Refusal refusal = refusal(image.firstBoot(folder.resolve("other-tpm"), Brake.never()));
    assertThat(refusal.code()).isEqualTo("TPM_IS_ANOTHER");
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(root, rootBytes())).isTrue();
  }

  @Test
  void whenTheTpmRefusesTheRecoveryKeyGoesOnAndNoSlotIsGivenUp() throws IOException {
    image.firstBoot(InstalledImage.at("HeaderPlaced"));
    Refusal refusal =
        refusal(
            image.firstBoot(
                folder.resolve("other-tpm"), Option.some(image.recoveryKey()), Brake.never()));
    assertThat(refusal.code()).isEqualTo("SLOT_DOES_NOT_OPEN"); // converted, but not sealed
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    theVolumeOpensWithTheRecoveryKeyOnly();
  }

  @Test
  void withoutAnyTpmTheRecoveryKeyConverts() throws IOException {
    image.firstBoot(InstalledImage.at("HeaderPlaced"));
    Refusal refusal =
        refusal(image.firstBootWithoutTpm(Option.some(image.recoveryKey()), Brake.never()));
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.WRONG_KEY); // at the proof, after converting
    assertThat(image.firstBoot(InstalledImage.at("VolumeProven")))
        .isInstanceOf(Ending.Stopped.class);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    theVolumeOpensWithTheRecoveryKeyOnly();
  }

  /** The header was about to be placed; then the plain system was booted and changed. */
  @Test
  void aPlainSystemThatWasUsedWhileTheHeaderWaitedIsNotOverwritten() throws IOException {
    assertThatThrownBy(() -> image.firstBootCutAfter("PlaceHeader"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    DiskPartitions.Place root = partitions().root();
    try (RandomAccessFile file = new RandomAccessFile(image.disk().toFile(), "rw")) {
      file.seek(root.offsetBytes() + (3 << 20));
      file.write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    }
    byte[] before = rootBytes();
    assertThat(refusal(image.firstBoot(Brake.never())).code()).isEqualTo("HEAD_UNEXPLAINED");
    assertThat(Arrays.equals(before, rootBytes())).isTrue();
  }

  @Test
  void anotherDisksRecoveryKeyIsNeverOverwritten() throws IOException {
    Files.writeString(image.recoveryKey(), "the only key of another disk");
    assertThatThrownBy(() -> image.firstBoot(Brake.never())).hasMessageContaining("exists");
    assertThat(image.recoveryKey()).hasContent("the only key of another disk");
  }

  @Test
  void aRecoveryKeyThatIsMadeAnewReplacesItsOwnFileAndNoOther() throws IOException {
    image.firstBoot(InstalledImage.at("RecoveryHandedOver"));
    // another board: all keys are made anew
    Files.move(folder.resolve("tpm"), folder.resolve("old-tpm"));
    Path another = Files.writeString(folder.resolve("another"), "the only key of another disk");
    assertThatThrownBy(() -> image.firstBootTo(another, Brake.never()))
        .hasMessageContaining("exists");
    assertThat(another).hasContent("the only key of another disk");
    assertThat(image.recoveryKey()).exists(); // as the earlier try left it
    Files.delete(another);
    image.firstBootTo(another, InstalledImage.at("RecoveryHandedOver"));
    assertThat(another).exists();
    Files.move(folder.resolve("tpm"), folder.resolve("older-tpm"));
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    theVolumeOpensWithTheRecoveryKeyOnly();
  }

  @Test
  void aRecoveryKeyThatIsOutOfReachByNowStillCountsAsProven() throws IOException {
    image.firstBoot(InstalledImage.at("GrowthSettled"));
    Path drawer = Files.move(image.recoveryKey(), folder.resolve("in-a-drawer"));
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    Files.move(drawer, image.recoveryKey());
    theVolumeOpensWithTheRecoveryKeyOnly();
  }

  private byte[] rootBytes() throws IOException {
    DiskPartitions.Place root = partitions().root();
    return Arrays.copyOfRange(
        whole(),
        Math.toIntExact(root.offsetBytes()),
        Math.toIntExact(root.offsetBytes() + root.sizeBytes()));
  }

  @Test
  void aDiskInUseIsRefused() throws IOException, InterruptedException {
    Process attach =
        new ProcessBuilder("losetup", "--find", "--show", image.disk().toString()).start();
    assertThat(attach.waitFor()).isZero();
    byte[] before = whole();
    try {
      assertThat(refusal(image.firstBoot(Brake.never())).code()).isEqualTo("IN_USE");
      assertThat(refusal(image.install(InstalledImage.SIZE_BYTES)).code()).isEqualTo("IN_USE");
    } finally {
      for (AttachedLoop loop : AttachedLoop.on(image.disk())) {
        LoopDevice.detach(loop.device());
      }
    }
    assertThat(Arrays.equals(before, whole())).isTrue();
  }

  @Test
  void aFilesystemThatReachesIntoTheReserveIsRefused() throws Exception {
    DiskPartitions.Place root = partitions().root();
    try (LoopDevice loop =
        LoopDevice.attach(
            image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()))) {
      String device = loop.path().toString();
      assertThat(new ProcessBuilder("e2fsck", "-fy", device).start().waitFor()).isLessThan(2);
      assertThat(new ProcessBuilder("resize2fs", device).start().waitFor()).isZero();
    }
    byte[] before = whole();
    Refusal refusal = refusal(image.firstBoot(Brake.never()));
    assertThat(refusal.code()).isEqualTo("FILESYSTEM_IN_RESERVE");
    assertThat(refusal.kind().exitCode()).isEqualTo(13);
    assertThat(Arrays.equals(before, whole())).isTrue();
  }

  @Test
  void aDiskTooSmallOrAnArgumentUnknownLeavesNoTrace() throws IOException {
    Files.delete(image.disk());
    assertThat(refusal(image.install(64 << 20)).code()).isEqualTo("DOES_NOT_FIT");
    Refusal unknown =
        refusal(image.install(InstalledImage.SIZE_BYTES, "rd.lockstep.encrypt=tpm2,nonsense"));
    assertThat(unknown.sentence()).contains("unknown option 'nonsense'");
    assertThat(unknown.kind().exitCode()).isEqualTo(13);
    assertThat(image.disk()).doesNotExist();
  }

  @Test
  void aJournalThatWasTamperedWithIsNotFollowed() throws IOException {
    image.firstBoot(InstalledImage.at("KeysProven"));
    image.firstBoot(InstalledImage.at("HeadStaged"));
    flipByteAfter("first-boot.intended.prepare-header");
    byte[] before = whole();
    assertThatThrownBy(() -> image.firstBoot(Brake.never()))
        .isInstanceOf(JournalEvents.Damaged.class)
        .hasMessageContaining("damaged");
    assertThat(Arrays.equals(before, whole())).isTrue();
  }

  private void flipByteAfter(String text) throws IOException {
    String all = new String(whole(), StandardCharsets.ISO_8859_1);
    int at = all.indexOf(text) + text.length() + 12;
    assertThat(at).isGreaterThan(text.length() + 12);
    try (RandomAccessFile file = new RandomAccessFile(image.disk().toFile(), "rw")) {
      file.seek(at);
      int old = file.read();
      file.seek(at);
      file.write(old ^ 1);
    }
  }
}
