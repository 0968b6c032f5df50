package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.cli.RunnerMain;
import dev.lockstep.initrd.volume.VolumeWish;
import dev.lockstep.journal.cli.JournalMain;
import dev.lockstep.journal.event.EventText;
import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A swap partition beside the root, on a real image that mkswap made one of. */
class SwapOnImageTest {

  private static final List<VolumeWish> SWAP = List.of(ManyVolumesImage.SWAP);

  @TempDir Path folder;

  @BeforeAll
  static void needsRootAndTools() {
    SeveralVolumesOnImageTest.needsRootAndTools();
  }

  private static Refusal refusal(Ending ending) {
    assertThat(ending).isInstanceOf(Ending.Stopped.class);
    return ((Ending.Stopped) ending).refusal();
  }

  /** mkswap's own bytes come back: nothing else is known to be a swap area. */
  @Test
  void undoGivesBackTheSwapAreaAsMkswapMadeItAndEveryLine() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    byte[] page = image.bytes("swap", 0, 4096);
    String installed = image.rootFile("/etc/fstab", false);
    for (String intent : List.of("StageLines", "Wipe")) {
      assertThatThrownBy(() -> image.cutAfterSwaps(SWAP, intent))
          .as(intent)
          .isInstanceOf(InstalledImage.PowerCut.class);
    }
    assertThat(refusal(image.run(Goal.ENCRYPT, List.of(), Brake.never())).code())
        .as("what is still there in the clear is not left behind")
        .isEqualTo("VOLUME_FORGOTTEN");
    image.run(Goal.ENCRYPT, SWAP, InstalledImage.at("Cleared"));
    assertThat(image.bytes("swap", 0, ManyVolumesImage.SWAP_BYTES)).containsOnly(0);
    assertThat(image.rootFile("/etc/fstab", false)).contains("/dev/mapper/swap");
    assertThat(image.run(Goal.UNDO, SWAP, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(image.bytes("swap", 0, 4096)).isEqualTo(page);
    assertThat(image.rootFile("/etc/fstab", false)).isEqualTo(installed);
    assertThat(image.rootFile("/etc/crypttab", false)).doesNotContain("swap");
    assertThat(refusal(image.run(Goal.ENCRYPT, SWAP, Brake.never())).code()).isEqualTo("UNDONE");
    image.run(Goal.ENCRYPT_AGAIN, SWAP, InstalledImage.at("Cleared"));
    assertThat(image.bytes("swap", 0, ManyVolumesImage.SWAP_BYTES)).containsOnly(0);
  }

  @Test
  void whatIsNotSwapIsRefusedAndNotAByteOfTheDiskChanges() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    byte[] before = Files.readAllBytes(image.image().disk());
    Refusal home =
        refusal(image.run(Goal.ENCRYPT, List.of(ManyVolumesImage.swap("home")), Brake.never()));
    assertThat(home.kind().exitCode()).isEqualTo(13);
    assertThat(home.sentence()).startsWith("Volume home: The partition holds an ext4 filesystem");
    Refusal empty =
        refusal(image.run(Goal.ENCRYPT, List.of(ManyVolumesImage.swap("empty")), Brake.never()));
    assertThat(empty.sentence()).contains("does not call it swap");
    assertThat(Arrays.equals(before, Files.readAllBytes(image.image().disk()))).isTrue();
  }

  /** Or each boot would write over what was encrypted. */
  @Test
  void aPartitionThatCrypttabGivesToSwapIsNeverADataVolume() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    byte[] area = Arrays.copyOf(image.bytes("swap", 0, 4096), 1 << 20);
    try (RandomAccessFile disk = new RandomAccessFile(image.image().disk().toFile(), "rw")) {
      disk.seek(image.place("home").offsetBytes());
      disk.write(area);
    }
    image.run(Goal.ENCRYPT, List.of(ManyVolumesImage.swap("home")), InstalledImage.at("Cleared"));
    GrownByHandTest.run(
        "sh",
        "-c",
        "mke2fs -q -t ext4 -b 4096 -E offset=%d %s 24m"
            .formatted(image.place("home").offsetBytes(), image.image().disk()));
    VolumeWish data =
        new VolumeWish(
            "data",
            ManyVolumesImage.HOME.partition(),
            VolumeWish.Kind.FILESYSTEM,
            VolumeWish.RecoveryKey.SHARED);
    assertThat(refusal(image.run(Goal.ENCRYPT, List.of(data), Brake.never())).sentence())
        .startsWith("Volume data: /etc/crypttab of the root has another line for data");
  }

  /** Between the lines and the wiping: a system that was booted then has used them. */
  @Test
  void aSystemThatUsedItMeanwhileDoesNotStopIt() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    assertThatThrownBy(() -> image.cutAfterSwaps(SWAP, "Wipe"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    byte[] random = new byte[1 << 20];
    new java.util.Random(1).nextBytes(random);
    try (RandomAccessFile disk = new RandomAccessFile(image.image().disk().toFile(), "rw")) {
      disk.seek(image.place("swap").offsetBytes());
      disk.write(random);
    }
    image.run(Goal.ENCRYPT, SWAP, InstalledImage.at("Cleared"));
    assertThat(image.bytes("swap", 0, ManyVolumesImage.SWAP_BYTES)).containsOnly(0);
  }

  /** Between the lines and the wiping: somebody took the line out, and the partition for theirs. */
  @Test
  void whatNobodyKnowsIsKeptOnceCrypttabHasNoLineThatGivesItToSwap() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    assertThatThrownBy(() -> image.cutAfterSwaps(SWAP, "Wipe"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    Path disk = image.image().disk();
    GrownByHandTest.run(
        "debugfs",
        "-w",
        "-R",
        "rm /etc/crypttab",
        disk + "?offset=" + image.place("root").offsetBytes());
    byte[] somebodys = new byte[Math.toIntExact(ManyVolumesImage.SWAP_BYTES)];
    new java.util.Random(1).nextBytes(somebodys);
    try (RandomAccessFile medium = new RandomAccessFile(disk.toFile(), "rw")) {
      medium.seek(image.place("swap").offsetBytes());
      medium.write(somebodys);
    }
    Refusal run = refusal(image.run(Goal.ENCRYPT, SWAP, Brake.never()));
    assertThat(run.code()).isEqualTo("LINES_MISSING");
    assertThat(run.kind().exitCode()).isEqualTo(11);
    assertThat(refusal(image.run(Goal.UNDO, SWAP, Brake.never())).code())
        .isEqualTo("UNKNOWN_CONTENT");
    assertThat(image.bytes("swap", 0, ManyVolumesImage.SWAP_BYTES)).isEqualTo(somebodys);
  }

  /** What a random key left is told from somebody's while the line is there, and blanked then. */
  @Test
  void undoGivesTheAreaBackAlsoAfterASystemUsedThePartition() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    byte[] page = image.bytes("swap", 0, 4096);
    image.run(Goal.ENCRYPT, SWAP, InstalledImage.at("Cleared"));
    byte[] random = new byte[1 << 20];
    new java.util.Random(1).nextBytes(random);
    try (RandomAccessFile disk = new RandomAccessFile(image.image().disk().toFile(), "rw")) {
      disk.seek(image.place("swap").offsetBytes());
      disk.write(random);
    }
    assertThat(image.run(Goal.UNDO, SWAP, Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(image.bytes("swap", 0, 4096)).isEqualTo(page);
  }

  @Test
  void linesThatNameAPartitionByWhatMayChangeAreRefusedBeforeTheFirstWrite() throws Exception {
    ManyVolumesImage image =
        ManyVolumesImage.install(
            folder, "/dev/sda4 /home ext4 defaults 0 2\n/dev/sda6 none swap sw 0 0\n");
    byte[] before = Files.readAllBytes(image.image().disk());
    for (VolumeWish wish : List.of(ManyVolumesImage.HOME, ManyVolumesImage.SWAP)) {
      Refusal refused = refusal(image.run(Goal.ENCRYPT, List.of(wish), Brake.never()));
      assertThat(refused.code()).isEqualTo("NOT_STAGED");
      assertThat(refused.sentence())
          .startsWith("Volume " + wish.name() + ": ")
          .contains(wish.name().equals("home") ? "names /dev/sda4," : "names /dev/sda6,");
    }
    assertThat(Arrays.equals(before, Files.readAllBytes(image.image().disk()))).isTrue();
  }

  /** On an image there is no link that would tell; where there is one, see ForeignLinesTest. */
  @Test
  void aLineOfCrypttabThatMayMeanThePartitionIsRefusedBeforeTheFirstWrite() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    for (String device : List.of("/dev/disk/by-id/ata-X-part6", "/dev/disk/by-path/pci-0-part6")) {
      image.writeCrypttab("cswap " + device + " /dev/urandom swap\n");
      byte[] before = Files.readAllBytes(image.image().disk());
      for (VolumeWish wish : List.of(ManyVolumesImage.HOME, ManyVolumesImage.SWAP)) {
        Refusal refused = refusal(image.run(Goal.ENCRYPT, List.of(wish), Brake.never()));
        assertThat(refused.kind().exitCode()).isEqualTo(13);
        assertThat(refused.sentence())
            .startsWith("Volume " + wish.name() + ": /etc/crypttab of the root names " + device)
            .endsWith("write UUID=… or PARTUUID=… there.");
      }
      assertThat(Arrays.equals(before, Files.readAllBytes(image.image().disk()))).isTrue();
    }
    image.writeCrypttab("other PARTUUID=0-0 none luks\n");
    image.run(
        Goal.ENCRYPT,
        List.of(ManyVolumesImage.HOME, ManyVolumesImage.SWAP),
        InstalledImage.at("ConfigurationStaged"));
    assertThat(image.rootFile("/etc/crypttab", false)).startsWith("other PARTUUID=0-0 none luks\n");
  }

  @Test
  void theCommandsTellItAndItsJournalIsReadByName() throws Exception {
    ManyVolumesImage image = ManyVolumesImage.install(folder);
    Path policy =
        Files.writeString(
            folder.resolve("policy.toml"),
            "[[volume]]\nname = \"swap\"\nkind = \"swap\"\npartition = \"PARTUUID=%s\"\n[recovery-key]\nfile = \"%s\"\n"
                .formatted(image.place("swap").partitionUuid(), image.image().recoveryKey()));
    assertThat(command(image, "plan", policy))
        .contains("volume swap", "wipe what was on the swap partition", "of the swap partition");
    assertThat(command(image, "plan", policy, "--json")).contains("\"intent\":\"Wipe\"");
    assertThat(command(image, "status", policy, "--json"))
        .contains("\"volumes\":[{\"name\":\"swap\",\"phase\":\"Untouched\"")
        .contains("\"volume\":\"Area\"");
    assertThat(command(image, "run", policy, "--growth", "at-boot", "--json"))
        .contains("{\"volume\":\"swap\"}", "swap.completed.wiped", "\"ending\":\"finished\"");
    assertThat(command(image, "status", policy)).containsSubsequence("Complete", "Complete");
    Path disk = image.image().disk();
    assertThat(ImageJournal.read(disk, Optional.of("swap")).isSound()).isTrue();
    assertThat(journal("show", disk.toString(), "--volume", "swap"))
        .contains("what was on the swap partition is gone")
        .doesNotContain("note:");
    assertThat(journal("verify", disk.toString()))
        .contains("sound:", "read those of swap with --volume NAME");
    assertThat(journal("verify", disk.toString(), "--volume", "swap")).startsWith("sound:");
  }

  private static String journal(String... words) {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    assertThat(JournalMain.commandLine(new EventText()).setOut(out).setErr(out).execute(words))
        .isZero();
    return said.toString();
  }

  private String command(ManyVolumesImage image, String name, Path policy, String... options) {
    List<String> words =
        new ArrayList<>(List.of("firstboot", name, "--disk", image.image().disk().toString()));
    words.addAll(List.of("--tpm2-device", "swtpm:" + folder.resolve("tpm")));
    words.addAll(List.of("--policy", policy.toString()));
    words.addAll(List.of(options));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(RunnerMain.execute(words.toArray(String[]::new))).isZero();
    } finally {
      System.setOut(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
