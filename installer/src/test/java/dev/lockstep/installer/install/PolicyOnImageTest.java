package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.KeyTest;
import dev.lockstep.initrd.handover.HandoverPlan;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.OperatorKeys;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.initrd.tpm.TpmDevice;
import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.KeyChoice;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Policy;
import dev.lockstep.statemachine.firstboot.WhenNoTpm;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other keys than TPM and recovery key, and keys that go while the disk is plain: for real. */
class PolicyOnImageTest {

  private static final String PASSWORD = "correct horse battery staple";
  private static final String KEY = "0123456789abcdef the operator's own key file";

  @TempDir Path folder;
  private InstalledImage image;

  @BeforeAll
  static void needsRootAndTools() {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    assumeTrue(Files.exists(Path.of("/dev/loop-control")), "the kernel has no loop devices");
    assumeTrue(
        List.of("swtpm", "systemd-cryptenroll", "systemd-creds").stream()
            .allMatch(tool -> Files.isExecutable(Path.of("/usr/bin", tool))),
        "swtpm and systemd are needed");
    assumeTrue(
        List.of("/usr/sbin", "/sbin").stream()
            .anyMatch(place -> Files.isExecutable(Path.of(place, "mkfs.ext4"))),
        "e2fsprogs is needed");
  }

  @BeforeEach
  void install() throws IOException {
    image = new InstalledImage(folder);
    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
  }

  private TpmDevice tpm(String name) {
    return new TpmDevice.Software(folder.resolve(name));
  }

  private Ending run(
      TpmDevice tpm,
      List<Slot> slots,
      OperatorKeys operator,
      Option<Path> keyFile,
      Brake<Phase, Intent> brake)
      throws IOException {
    Policy policy =
        Policy.STANDARD
            .with(Goal.ENCRYPT)
            .with(
                new KeyChoice(
                    slots, Option.none(), WhenNoTpm.RECOVERY_ONLY, WhenNoTpm.RECOVERY_ONLY));
    Request request =
        new Request(
            image.disk(),
            tpm,
            HandoverPlan.toFile(Option.some(image.recoveryKey())),
            keyFile,
            operator,
            policy);
    Either<Refusal, FirstBootSession> opened = FirstBootSession.open(request, (_, _) -> true);
    if (opened.isLeft()) {
      return new Ending.Stopped(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      return session.run(brake, Witness.none());
    }
  }

  private static Refusal refusal(Ending ending) {
    assertThat(ending).isInstanceOf(Ending.Stopped.class);
    return ((Ending.Stopped) ending).refusal();
  }

  private List<Path> opening(List<Path> keys) throws IOException {
    DiskPartitions.Place root;
    try (Disk disk = Disk.open(image.disk()).get()) {
      root = disk.partitions().root();
    }
    try (LoopDevice loop =
            LoopDevice.attach(
                image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
        CryptDevice volume = CryptDevice.open(loop.path()).load()) {
      return keys.stream().filter(key -> opens(volume, key)).toList();
    }
  }

  private static boolean opens(CryptDevice volume, Path key) {
    try (Secret secret = Secret.readFrom(key, 4096)) {
      return volume.keyslots().test(secret) instanceof KeyTest.Opens;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void passwordAndKeyFileOpenTheVolumeBesideTpmAndRecoveryKey() throws IOException {
    Path typed = Files.writeString(folder.resolve("typed"), PASSWORD);
    Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    Path key = Files.writeString(folder.resolve("key"), KEY);
    OperatorKeys operator =
        new OperatorKeys(Option.some(password), Option.some(key), Option.none());
    List<Slot> slots = List.of(Slot.TPM2, Slot.RECOVERY, Slot.PASSWORD, Slot.KEYFILE);

    Ending stopped =
        run(tpm("tpm"), slots, operator, Option.none(), InstalledImage.at("HeaderPlaced"));
    assertThat(refusal(stopped).code()).isEqualTo("TEST");
    // What was begun with is gone on with: a later boot without that policy keeps every slot.
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());

    assertThat(opening(List.of(typed, key, image.recoveryKey())))
        .containsExactly(typed, key, image.recoveryKey());
    assertNoSecretOnTheImage(PASSWORD);
    assertNoSecretOnTheImage(KEY);
  }

  @Test
  void withAPinTheTpmIsProvenWithItAndNeverWithoutIt() throws IOException {
    Path pin = Files.writeString(folder.resolve("pin"), "the PIN of this TPM\n");
    OperatorKeys operator = new OperatorKeys(Option.none(), Option.none(), Option.some(pin));
    List<Slot> slots = List.of(Slot.TPM2_PIN, Slot.RECOVERY);
    Option<Path> none = Option.none();
    run(tpm("tpm"), slots, operator, none, InstalledImage.at("KeySealed"));
    // A boot with another policy makes no header without the PIN that was asked for.
    assertThat(refusal(image.firstBoot(Brake.never())).sentence()).contains("--tpm2-pin-file");
    run(tpm("tpm"), slots, operator, none, InstalledImage.at("HeaderPlaced"));

    Refusal refusal = refusal(run(tpm("tpm"), slots, OperatorKeys.NONE, none, Brake.never()));
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(refusal.sentence()).contains("--tpm2-pin-file");

    assertThat(run(tpm("tpm"), slots, operator, none, Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(opening(List.of(image.recoveryKey()))).hasSize(1);
    assertNoSecretOnTheImage("the PIN of this TPM");
  }

  @Test
  void whatAStepCostsTheTpmIsInTheJournalAndARefusalSaysIt() throws IOException {
    Path pin = Files.writeString(folder.resolve("pin"), "the PIN of this TPM\n");
    OperatorKeys operator = new OperatorKeys(Option.none(), Option.none(), Option.some(pin));
    List<Slot> slots = List.of(Slot.TPM2_PIN, Slot.RECOVERY);
    run(tpm("tpm"), slots, operator, Option.none(), InstalledImage.at("GrowthSettled"));

    Files.writeString(pin, "not the PIN of this TPM\n");
    Refusal wrong = refusal(run(tpm("tpm"), slots, operator, Option.none(), Brake.never()));
    assertThat(wrong.sentence()).contains("went from 0 to 1 of 32");

    Files.writeString(pin, "the PIN of this TPM\n");
    assertThat(run(tpm("tpm"), slots, operator, Option.none(), Brake.never()))
        .isEqualTo(new Ending.Finished());
    List<String> told =
        ImageJournal.read(image.disk()).records().stream()
            .filter(record -> record.payload().text().contains("tpmTries"))
            .map(record -> record.type().substring(record.type().lastIndexOf('.') + 1))
            .toList();
    assertThat(told)
        .containsExactly(
            "conversion-key-sealed",
            "header-prepared",
            "keys-proven",
            "converted",
            "volume-proven");
    assertThat(journal()).contains("\"tpmTries\":{\"before\":0,\"after\":0,\"most\":32}");
  }

  private String journal() throws IOException {
    StringBuilder all = new StringBuilder();
    ImageJournal.read(image.disk())
        .records()
        .forEach(record -> all.append(record.payload().text()).append('\n'));
    return all.toString();
  }

  private void assertNoSecretOnTheImage(String secret) throws IOException {
    String whole = new String(Files.readAllBytes(image.disk()), StandardCharsets.ISO_8859_1);
    assertThat(whole.contains(secret)).isFalse();
  }

  @Test
  void withoutATpmTheRecoveryKeyAloneResumesAfterACut() throws IOException {
    List<Slot> slots = List.of(Slot.TPM2, Slot.RECOVERY);
    Option<Path> none = Option.none();
    TpmDevice absent = new TpmDevice.Absent();
    // Cut while the disk is plain: the conversion key went with memory, so all keys are made anew.
    run(absent, slots, OperatorKeys.NONE, none, InstalledImage.at("KeysProven"));
    byte[] first = Files.readAllBytes(image.recoveryKey());
    run(absent, slots, OperatorKeys.NONE, none, InstalledImage.at("HeaderPlaced"));
    assertThat(Files.readAllBytes(image.recoveryKey())).isNotEqualTo(first);

    Refusal refusal = refusal(run(absent, slots, OperatorKeys.NONE, none, Brake.never()));
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(refusal.sentence()).contains("--key-file");

    Option<Path> recovery = Option.some(image.recoveryKey());
    assertThat(run(absent, slots, OperatorKeys.NONE, recovery, Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(opening(List.of(image.recoveryKey()))).hasSize(1);
    assertThat(ImageJournal.read(image.disk()).isSound()).isTrue();
  }

  @Test
  void aTpmThatWasSwappedWhileTheDiskIsPlainGetsNewKeys() throws IOException {
    image.firstBoot(InstalledImage.at("HeaderInitialised"));
    byte[] before = Files.readAllBytes(image.recoveryKey());
    assertThat(image.firstBoot(folder.resolve("other-tpm"), Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(Files.readAllBytes(image.recoveryKey())).isNotEqualTo(before);
    assertThat(opening(List.of(image.recoveryKey()))).hasSize(1);
  }

  @Test
  void aRecoveryKeyThatIsGoneBeforeItWasProvenIsMadeAnew() throws IOException {
    image.firstBoot(InstalledImage.at("RecoveryHandedOver"));
    Files.delete(image.recoveryKey());
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(opening(List.of(image.recoveryKey()))).hasSize(1);
  }
}
