package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.cli.RunnerMain;
import dev.lockstep.initrd.cryptsetup.AesXts;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2Format;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Luks2State;
import dev.lockstep.initrd.cryptsetup.Segment;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversions that the journal does not know: another tool's, and our own whose journal is gone.
 */
class TakeOverOnImageTest {

  private static final int SECTOR_BYTES = 512;
  private static final long DATA_BYTES = Luks2Format.DEFAULT_DATA_OFFSET_SECTORS * SECTOR_BYTES;

  @TempDir Path folder;
  private InstalledImage image;
  private DiskPartitions.Place root;
  private Path foreignKey;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
  }

  @BeforeEach
  void install() throws IOException {
    image = new InstalledImage(folder);
    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
    try (Disk disk = Disk.open(image.disk()).get()) {
      root = disk.partitions().root();
    }
    foreignKey = Files.writeString(folder.resolve("foreign-key"), "typed into an editor\n");
  }

  // ---------------------------------------------------------------- another tool's

  @Test
  void anotherToolsConversionThatWasCutIsFinishedAndGetsItsKeys() throws Exception {
    byte[] installed = rootBytes();
    cutIn(Luks2State.Converting.class, 10, installed);
    takenOver(installed);
  }

  /** cryptsetup itself neither ends this one nor lets a key be added, ever again. */
  @Test
  void aVolumeThatCryptsetupLeftStuckIsMendedAndTakesKeysAgain() throws Exception {
    byte[] installed = rootBytes();
    cutIn(Luks2State.ConvertedNotFinalised.class, 44, installed);
    takenOver(installed);
  }

  private void takenOver(byte[] installed) throws Exception {
    assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("UNKNOWN_CONVERSION");
    assertThat(image.firstBoot(tpm(), Option.some(foreignKey), Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(tree(opened(image.recoveryKey()))).isEqualTo(tree(plain(installed)));
    assertThat(tree(opened(foreignKey))).isEqualTo(tree(plain(installed)));
    Path more = Files.writeString(folder.resolve("one-more"), "one more");
    onLoop(
        "cryptsetup luksAddKey --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file '%s' \"$1\" '%s'"
            .formatted(image.recoveryKey(), more));
    assertThat(tree(opened(more))).isEqualTo(tree(plain(installed)));
    assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("finished");
  }

  @Test
  void withoutItsKeyNothingIsWritten() throws Exception {
    cutIn(Luks2State.Converting.class, 10, rootBytes());
    byte[] before = rootBytes();
    Path wrong = Files.writeString(folder.resolve("wrong"), "not the key");
    assertThat(code(image.firstBoot(tpm(), Option.some(wrong), Brake.never())))
        .isEqualTo("UNKNOWN_CONVERSION");
    assertThat(Arrays.equals(before, rootBytes())).isTrue();
  }

  /** As an operator does it: the word of the refusal names the option that goes on. */
  @Test
  void theCommandSaysWhichKeyItWantsAndFinishesWithIt() throws Exception {
    byte[] installed = rootBytes();
    cutIn(Luks2State.Converting.class, 10, installed);
    assertThat(firstBoot("run", "--recovery-key-out", image.recoveryKey().toString()))
        .isEqualTo(12);
    assertThat(firstBoot("status")).isZero();
    assertThat(
            firstBoot(
                "run",
                "--recovery-key-out",
                image.recoveryKey().toString(),
                "--key-file",
                foreignKey.toString()))
        .isZero();
    assertThat(tree(opened(image.recoveryKey()))).isEqualTo(tree(plain(installed)));
    assertThat(firstBoot("run")).isZero(); // the recovery key has its slot: no place is asked for
    assertThat(firstBoot("undo")).isEqualTo(13);
  }

  private int firstBoot(String command, String... more) {
    List<String> line = new ArrayList<>(List.of("firstboot", command));
    line.addAll(List.of("--disk", image.disk().toString(), "--tpm2-device", "swtpm:" + tpm()));
    line.addAll(List.of(more));
    return RunnerMain.execute(line.toArray(String[]::new));
  }

  /** A label anybody can set; who has the volume's keys is told by tokens. */
  @Test
  void aFinishedVolumeThatIsOnlyLabelledLikeOursIsLeftAlone() throws Exception {
    onLoop(
        ("cryptsetup reencrypt --encrypt --type luks2 -q --reduce-device-size 32M --pbkdf pbkdf2"
                + " --pbkdf-force-iterations 1000 \"$1\" < '%s' && cryptsetup config --label lockstep"
                + " \"$1\"")
            .formatted(foreignKey));
    byte[] before = rootBytes();
    assertThat(code(image.firstBoot(tpm(), Option.some(foreignKey), Brake.never())))
        .isEqualTo("ENCRYPTED_ALREADY");
    assertThat(Arrays.equals(before, rootBytes())).isTrue();
  }

  /** What libcryptsetup could convert and nobody here read back is not begun with. */
  @Test
  void anotherCipherIsLeftToTheToolThatBegan() throws Exception {
    onLoop(
        ("cd '%s' && strace -f -o /dev/null -e trace=fsync -e inject=fsync:signal=KILL:when=14"
                + " cryptsetup reencrypt --encrypt --type luks2 -q --reduce-device-size 32M"
                + " --cipher aes-cbc-essiv:sha256 --key-size 256 --pbkdf pbkdf2"
                + " --pbkdf-force-iterations 1000 \"$1\" < '%s' || true")
            .formatted(folder, foreignKey));
    assertThat(state()).isInstanceOf(Luks2State.Converting.class);
    byte[] before = rootBytes();
    Ending ending = image.firstBoot(tpm(), Option.some(foreignKey), Brake.never());
    assertThat(code(ending)).isEqualTo("UNKNOWN_CONVERSION");
    assertThat(ending.toString()).contains("another cipher");
    assertThat(Arrays.equals(before, rootBytes())).isTrue();
  }

  /** Another tool's keyslot has a number that would be the conversion key's in a header of ours. */
  @Test
  void cutAnywhereItIsGoneOnWith() throws Exception {
    byte[] installed = rootBytes();
    cutIn(Luks2State.Converting.class, 10, installed);
    for (String phase : List.of("TakenOver", "Converted", "GrowthSettled", "VolumeProven")) {
      assertThat(image.firstBoot(tpm(), Option.some(foreignKey), InstalledImage.at(phase)))
          .isInstanceOf(Ending.Stopped.class);
    }
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(tree(opened(foreignKey))).isEqualTo(tree(plain(installed)));
  }

  // ---------------------------------------------------------------- our own

  @Test
  void aConversionWhoseJournalIsGoneIsFinishedByWhatIsLeft() throws Exception {
    byte[] installed = rootBytes();
    for (String phase : List.of("HeaderPlaced", "Converted", "GrowthSettled")) {
      image.firstBoot(InstalledImage.at(phase));
      onBootPartition("rm -r lockstep/journal");
    }
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    assertThat(withoutCrypttab(tree(opened(image.recoveryKey()))))
        .isEqualTo(withoutCrypttab(tree(plain(installed))));
  }

  /** By then the TPM has no key left that could be asked for the volume's. */
  @Test
  void afterTheConversionKeyWentTheRecoveryKeyGoesOn() throws Exception {
    image.firstBoot(InstalledImage.at("Anchored"));
    onBootPartition("rm -r lockstep/journal");
    assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("UNKNOWN_CONVERSION");
    assertThat(image.firstBoot(tpm(), Option.some(image.recoveryKey()), Brake.never()))
        .isEqualTo(new Ending.Finished());
  }

  @Test
  void withTheSealedKeyGoneTooTheRecoveryKeyGoesOn() throws Exception {
    image.firstBoot(InstalledImage.at("HeaderPlaced"));
    onBootPartition("rm -r lockstep");
    assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("UNKNOWN_CONVERSION");
    assertThat(image.firstBoot(tpm(), Option.some(image.recoveryKey()), Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("finished");
  }

  /** Preparing it anew would copy the torn head over the only good one. */
  @Test
  void aHeadThatWasTornWhenTheJournalWentIsNotTakenForAPlainOne() throws Exception {
    assertThatThrownBy(() -> image.firstBootCutAfter("PlaceHeader"))
        .isInstanceOf(InstalledImage.PowerCut.class);
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw")) {
      disk.seek(root.offsetBytes() + (1 << 20)); // the superblock is still there
      disk.write(new byte[4 << 20]);
    }
    onBootPartition("rm -r lockstep/journal");
    byte[] before = rootBytes();
    assertThat(code(image.firstBoot(Brake.never()))).isEqualTo("JOURNAL_GONE");
    assertThat(Arrays.equals(before, rootBytes())).isTrue();
  }

  // ---------------------------------------------------------------- helpers

  private Path tpm() {
    return folder.resolve("tpm");
  }

  /** cryptsetup's own conversion, killed at the first of its fsyncs that leaves this. */
  private void cutIn(Class<? extends Luks2State> wanted, int firstFsync, byte[] installed)
      throws Exception {
    for (int cut = firstFsync; !wanted.isInstance(state()); cut++) {
      assertThat(cut).as("an fsync that leaves it " + wanted.getSimpleName()).isLessThan(100);
      write(installed);
      convertedByCryptsetupUntilFsync(cut);
      assertThat(state()).isNotInstanceOf(Luks2State.Encrypted.class);
    }
  }

  private void convertedByCryptsetupUntilFsync(int number) throws Exception {
    onLoop(
        // cryptsetup leaves a temporary header in its working directory
        ("cd '%s' && strace -f -o /dev/null -e trace=fsync -e inject=fsync:signal=KILL:when=%d cryptsetup"
                + " reencrypt --encrypt --type luks2 -q --reduce-device-size 32M --pbkdf pbkdf2"
                + " --pbkdf-force-iterations 1000 \"$1\" < '%s' || true")
            .formatted(folder, number, foreignKey));
  }

  /** A shell command whose $1 is the root partition. */
  private void onLoop(String command) throws Exception {
    try (LoopDevice loop = attach()) {
      run("sh", "-c", command, "sh", loop.path().toString());
    }
  }

  private void onBootPartition(String command) throws Exception {
    Path boot = Files.createDirectories(folder.resolve("boot"));
    DiskPartitions.Place place;
    try (Disk disk = Disk.open(image.disk()).get()) {
      place = disk.partitions().boot();
    }
    run(
        "mount",
        "-o",
        "loop,offset=" + place.offsetBytes() + ",sizelimit=" + place.sizeBytes(),
        image.disk().toString(),
        boot.toString());
    try {
      run("sh", "-c", "cd '" + boot + "' && " + command);
    } finally {
      run("umount", boot.toString());
    }
  }

  private LoopDevice attach() throws IOException {
    return LoopDevice.attach(
        image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
  }

  private Luks2State state() throws IOException {
    try (Disk disk = Disk.open(image.disk()).get()) {
      return Luks2State.read(disk.root());
    }
  }

  private Path plain(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("plain.img"), bytes);
  }

  /** The finished volume, decrypted with whichever slot this key opens. */
  private Path opened(Path keyFile) throws Exception {
    byte[] volume =
        Arrays.copyOfRange(rootBytes(), (int) DATA_BYTES, Math.toIntExact(root.sizeBytes()));
    try (LoopDevice loop = attach();
        CryptDevice device = CryptDevice.open(loop.path()).load();
        Secret secret = typed(keyFile);
        Secret key = device.keyslots().volumeKey(secret)) {
      byte[] bytes = new byte[key.length()];
      key.buffer().get(bytes);
      new AesXts(bytes, encryptionSectorBytes()).decrypt(volume, volume.length, 0);
    }
    return Files.write(folder.resolve("opened.img"), volume);
  }

  /** As whoever began the conversion chose it. */
  private int encryptionSectorBytes() throws IOException {
    HeaderReading.Valid header =
        (HeaderReading.Valid) Luks2HeaderReader.read(RandomReader.of(rootBytes()));
    return ((Segment.Crypt) header.header().metadata().activeSegments().getFirst()).sectorBytes();
  }

  private Secret typed(Path keyFile) throws IOException {
    Path exact = folder.resolve("exact");
    Files.writeString(exact, Files.readString(keyFile).stripTrailing());
    return Secret.readFrom(exact, 4096);
  }

  /** Every name, mode, owner and content. */
  private String tree(Path filesystem) throws Exception {
    run("e2fsck", "-f", "-n", filesystem.toString());
    Path out = folder.resolve("tree");
    run("rm", "-rf", out.toString());
    Files.createDirectories(out);
    run("debugfs", "-R", "rdump / " + out, filesystem.toString());
    return run(
        "sh",
        "-c",
        "cd '"
            + out
            + "' && find . -printf '%P %M %U:%G %l\\n' | sort && find . -type f -exec sha256sum {} +"
            + " | sort -k2");
  }

  /** What the first boot stages in the plain root, and nothing else. */
  private static String withoutCrypttab(String tree) {
    return tree.lines()
        .filter(line -> !line.contains("crypttab") && !line.contains("lockstep-grow"))
        .filter(line -> !line.matches("etc/systemd.*"))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private byte[] rootBytes() throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(root.sizeBytes())];
      disk.seek(root.offsetBytes());
      disk.readFully(bytes);
      return bytes;
    }
  }

  private void write(byte[] bytes) throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw")) {
      disk.seek(root.offsetBytes());
      disk.write(bytes);
    }
  }

  private static String code(Ending ending) {
    return ending instanceof Ending.Stopped(var refusal) ? refusal.code() : "finished";
  }

  private static String run(String... command) throws Exception {
    return GrownByHandTest.run(command);
  }
}
