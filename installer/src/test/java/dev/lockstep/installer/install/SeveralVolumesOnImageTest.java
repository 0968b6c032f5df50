package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cli.RunnerMain;
import dev.lockstep.initrd.volume.PartitionName;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root and home of one disk in one first boot: real libcryptsetup and a software TPM. */
class SeveralVolumesOnImageTest {

  private static final List<VolumeWish> HOME = List.of(ManyVolumesImage.HOME);
  private static final Pattern INERT =
      Pattern.compile("(?m)^home UUID=[0-9a-f-]{36} none tpm2-device=auto,noauto,nofail$");
  private static final Pattern LIVE =
      Pattern.compile("(?m)^home UUID=[0-9a-f-]{36} none tpm2-device=auto,nofail$");
  private static final List<VolumeWish> HOME_AND_SWAP =
      List.of(ManyVolumesImage.HOME, ManyVolumesImage.SWAP);

  @TempDir Path folder;
  private ManyVolumesImage image;
  private byte[] home;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
    assumeTrue(
        List.of("/usr/sbin/sfdisk", "/sbin/sfdisk").stream()
            .anyMatch(tool -> Files.isExecutable(Path.of(tool))),
        "sfdisk (fdisk) is needed");
  }

  @BeforeEach
  void install() throws Exception {
    image = ManyVolumesImage.install(folder);
    home = image.plainHome();
  }

  private Path sharedKey() {
    return image.image().recoveryKey();
  }

  /** What is written through a header that is not proven lands in the head's only copy. */
  @Test
  void noSystemThatIsBootedOpensAVolumeBeforeItIsProven() throws Exception {
    for (String intent : List.of("StageHead", "PlaceHeader", "Convert", "RemoveLeftovers")) {
      assertThatThrownBy(() -> image.cutAfter(HOME, "home", intent))
          .as(intent)
          .isInstanceOf(InstalledImage.PowerCut.class);
      assertThat(image.rootFile("/etc/crypttab", false)).as(intent).containsPattern(INERT);
    }
    assertThatThrownBy(() -> image.cutAfter(HOME, "home", "AnchorJournal"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    assertThat(image.rootFile("/etc/crypttab", false)).containsPattern(LIVE);
    assertThat(image.run(Goal.UNDO, HOME, Brake.never())).isInstanceOf(Ending.Stopped.class);
    assertThat(image.rootFile("/etc/crypttab", false)).containsPattern(LIVE);
  }

  /** As a plain system does that opened the volume, and wrote into its moved segment. */
  @Test
  void undoDoesNotBeginWhereTheHeadsCopyWasWrittenTo() throws Exception {
    image.run(Goal.ENCRYPT, HOME, InstalledImage.at("HeaderPlaced"));
    image.overwriteTailOfHome();
    assertThat(refusal(image.run(Goal.UNDO, HOME, Brake.never())).code())
        .isEqualTo("TOO_LATE_TO_UNDO");
    assertThat(image.run(Goal.ENCRYPT, HOME, Brake.never())).isEqualTo(new Ending.Finished());
    byte[] expected = home.clone();
    expected[ManyVolumesImage.EDITED_AT] ^= 1;
    assertThat(Arrays.equals(expected, image.decryptedHome(sharedKey()))).isTrue();
  }

  private static Refusal refusal(Ending ending) {
    assertThat(ending).isInstanceOf(Ending.Stopped.class);
    return ((Ending.Stopped) ending).refusal();
  }

  @Test
  void cutInManyPhasesOfEachVolumeAllAreEncryptedWithOneRecoveryKey() throws Exception {
    for (String intent :
        List.of(
            "SealConversionKey",
            "HandOverRecoveryKey",
            "StageConfiguration",
            "InitialiseHeader",
            "PlaceHeader",
            "Convert",
            "RetireConversionKey",
            "AnchorJournal")) {
      assertThatThrownBy(() -> image.cutAfter(HOME_AND_SWAP, "home", intent))
          .as(intent)
          .isInstanceOf(InstalledImage.PowerCut.class);
    }
    for (String intent : List.of("StageLines", "Wipe")) {
      assertThatThrownBy(() -> image.cutAfterSwaps(HOME_AND_SWAP, intent))
          .as(intent)
          .isInstanceOf(InstalledImage.PowerCut.class);
    }
    for (String intent :
        List.of("SealConversionKey", "HandOverRecoveryKey", "PlaceHeader", "WriteEntry")) {
      assertThatThrownBy(() -> image.cutAfter(HOME_AND_SWAP, "root", intent))
          .as(intent)
          .isInstanceOf(InstalledImage.PowerCut.class);
    }
    assertThat(image.run(Goal.ENCRYPT, HOME_AND_SWAP, Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(home, image.decryptedHome(sharedKey()))).isTrue();
    assertThat(image.rootFile("/etc/crypttab", true))
        .containsPattern("(?m)^home UUID=[0-9a-f-]{36} none tpm2-device=auto,nofail$")
        .containsPattern("(?m)^root UUID=[0-9a-f-]{36} none tpm2-device=auto,x-initrd.attach$");
    assertThat(image.rootFile("/etc/fstab", true))
        .contains("#lockstep:home# PARTLABEL=home /home")
        .containsPattern("(?m)^UUID=[0-9a-f-]{36} /home ext4 defaults 0 2$");
    assertThat(image.rootFile("/etc/crypttab", true))
        .contains(
            "swap PARTUUID=%s /dev/urandom swap,cipher=aes-xts-plain64,size=512,plain\n"
                .formatted(image.place("swap").partitionUuid()));
    assertThat(image.rootFile("/etc/fstab", true))
        .contains("#lockstep:swap# UUID=" + ManyVolumesImage.SWAP_UUID)
        .contains("\n/dev/mapper/swap none swap sw 0 0\n");
    assertThat(image.bytes("swap", 0, ManyVolumesImage.SWAP_BYTES)).containsOnly(0);
    assertThat(image.rootFile("/etc/known", true))
        .isEqualTo(InstalledImage.KNOWN_PLAINTEXT.repeat(500));
    String disk = Files.readString(image.image().disk(), StandardCharsets.ISO_8859_1);
    assertThat(disk.contains(InstalledImage.KNOWN_PLAINTEXT)).isFalse();
    assertThat(image.run(Goal.ENCRYPT, HOME_AND_SWAP, Brake.never()))
        .isEqualTo(new Ending.Finished());
  }

  @Test
  void aVolumeWithAKeyOfItsOwnIsOpenedByThatOnly() throws Exception {
    List<VolumeWish> own = List.of(ManyVolumesImage.OWN_HOME);
    assertThat(image.run(Goal.ENCRYPT, own, Brake.never())).isEqualTo(new Ending.Finished());
    Path ownKey = folder.resolve("recovery-key.home");
    assertThat(Arrays.equals(home, image.decryptedHome(ownKey))).isTrue();
    assertThatThrownBy(() -> image.decryptedHome(sharedKey())).isNotNull();
    assertThat(image.rootFile("/etc/crypttab", true)).contains("root UUID=");
  }

  /** The first volume has its key: no other may take its place. */
  @Test
  void aSharedKeyThatIsOutOfReachOrChangedIsNeverMadeAnew() throws Exception {
    assertThatThrownBy(() -> image.cutAfter(HOME, "root", "PrepareHeader"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    Path drawer = Files.move(sharedKey(), folder.resolve("in-a-drawer"));
    assertThat(refusal(image.run(Goal.ENCRYPT, HOME, Brake.never())).kind())
        .isEqualTo(Refusal.Kind.WRONG_KEY);
    Files.writeString(sharedKey(), "the only key of another disk");
    assertThat(refusal(image.run(Goal.ENCRYPT, HOME, Brake.never())).kind())
        .isEqualTo(Refusal.Kind.WRONG_KEY);
    assertThat(sharedKey()).hasContent("the only key of another disk");
    Files.move(drawer, sharedKey(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(image.run(Goal.ENCRYPT, HOME, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(home, image.decryptedHome(sharedKey()))).isTrue();
    assertThat(image.rootFile("/etc/crypttab", true)).contains("home UUID=");
  }

  @Test
  void undoTakesBackWhatIsNotYetEncryptedAndEveryLineOfIt() throws Exception {
    String installed = image.rootFile("/etc/fstab", false);
    image.run(Goal.ENCRYPT, HOME, InstalledImage.at("HeaderPlaced"));
    assertThat(refusal(image.run(Goal.ENCRYPT, List.of(), Brake.never())).code())
        .isEqualTo("VOLUME_FORGOTTEN");
    assertThat(image.rootFile("/etc/crypttab", false)).containsPattern(INERT);
    assertThat(image.rootFile("/etc/fstab", false)).isNotEqualTo(installed);
    assertThat(image.run(Goal.UNDO, HOME, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(Arrays.equals(home, image.plainHome())).isTrue();
    assertThat(image.rootFile("/etc/fstab", false)).isEqualTo(installed);
    assertThat(image.rootFile("/etc/crypttab", false)).doesNotContain("UUID=");
    Refusal refusal = refusal(image.run(Goal.ENCRYPT, HOME, Brake.never()));
    assertThat(refusal.code()).isEqualTo("UNDONE");
    assertThat(refusal.sentence()).startsWith("Volume home: ");
  }

  @Test
  void undoTellsWhichVolumeItComesTooLateForAndUndoesTheOthers() throws Exception {
    assertThatThrownBy(() -> image.cutAfter(HOME, "root", "PlaceHeader"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    assertThat(command(13, "undo", policy(), "--dry-run"))
        .contains("volume root", "back")
        .doesNotContain("volume home");
    Refusal refusal = refusal(image.run(Goal.UNDO, HOME, Brake.never()));
    assertThat(refusal.code()).isEqualTo("TOO_LATE_TO_UNDO");
    assertThat(refusal.sentence()).startsWith("Volume home: ").doesNotContain("Volume root");
    assertThat(image.rootFile("/etc/crypttab", false))
        .contains("home UUID=")
        .doesNotContain("root UUID=");
  }

  @Test
  void theCommandTellsEachVolumeAndEncryptsThemAll() throws Exception {
    Path policy = policy();
    assertThat(command("plan", policy))
        .contains("volume home", "volume root", "of the partition of volume home");
    assertThat(command("status", policy, "--json"))
        .contains("\"volumes\":[{\"name\":\"home\",\"phase\":\"Untouched\"");
    assertThat(command("run", policy, "--growth", "at-boot", "--json"))
        .contains("{\"volume\":\"home\"}", "{\"volume\":\"root\"}", "\"ending\":\"finished\"");
    assertThat(command("status", policy)).containsSubsequence("Complete", "Complete");
    assertThat(Arrays.equals(home, image.decryptedHome(sharedKey()))).isTrue();
  }

  private Path policy() throws IOException {
    return Files.writeString(
        folder.resolve("policy.toml"),
        "[[volume]]\nname = \"home\"\npartition = \"home\"\n[recovery-key]\nfile = \"%s\"\n"
            .formatted(sharedKey()));
  }

  private String command(String name, Path policy, String... options) {
    return command(0, name, policy, options);
  }

  private String command(int exitCode, String name, Path policy, String... options) {
    List<String> words =
        new ArrayList<>(List.of("firstboot", name, "--disk", image.image().disk().toString()));
    words.addAll(List.of("--tpm2-device", "swtpm:" + folder.resolve("tpm")));
    words.addAll(List.of("--policy", policy.toString()));
    words.addAll(List.of(options));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(RunnerMain.execute(words.toArray(String[]::new))).isEqualTo(exitCode);
    } finally {
      System.setOut(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void whatWouldBeRefusedForAnyVolumeStopsAllBeforeTheFirstWrite() throws Exception {
    byte[] before = Files.readAllBytes(image.image().disk());
    List<VolumeWish> unknown =
        List.of(
            new VolumeWish(
                "srv",
                new PartitionName.Label("srv"),
                VolumeWish.Kind.FILESYSTEM,
                VolumeWish.RecoveryKey.SHARED));
    Refusal missing = refusal(image.run(Goal.ENCRYPT, unknown, Brake.never()));
    assertThat(missing.kind().exitCode()).isEqualTo(13);
    assertThat(missing.sentence()).contains("Volume srv: the disk has 0 partitions 'srv'");
    List<VolumeWish> empty =
        List.of(
            ManyVolumesImage.HOME,
            new VolumeWish(
                "other",
                new PartitionName.Label("empty"),
                VolumeWish.Kind.FILESYSTEM,
                VolumeWish.RecoveryKey.SHARED));
    Refusal none = refusal(image.run(Goal.ENCRYPT, empty, Brake.never()));
    assertThat(none.code()).isEqualTo("NO_FILESYSTEM");
    assertThat(none.sentence()).startsWith("Volume other: Its partition holds no");
    assertThat(Arrays.equals(before, Files.readAllBytes(image.image().disk()))).isTrue();
  }

  @Test
  void aVolumeThatComesIntoThePolicyTooLateIsRefusedByName() throws Exception {
    image.run(Goal.ENCRYPT, List.of(), InstalledImage.at("HeaderPlaced"));
    Refusal refusal = refusal(image.run(Goal.ENCRYPT, HOME, Brake.never()));
    assertThat(refusal.code()).isEqualTo("ROOT_BEGUN");
    assertThat(refusal.sentence()).startsWith("Volume home: ");
    assertThat(Arrays.equals(home, image.plainHome())).isTrue();
    assertThat(image.run(Goal.ENCRYPT, List.of(), Brake.never())).isEqualTo(new Ending.Finished());
  }
}
