package dev.lockstep.installer.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.initrd.cryptsetup.AesXts;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.Luks2Format;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person opened the converted volume and used it, between two runs of the first boot. */
class GrownByHandTest {
  private static final int SECTOR_BYTES = 512;
  private static final long DATA_BYTES = Luks2Format.DEFAULT_DATA_OFFSET_SECTORS * SECTOR_BYTES;
  private static final int BLOCK_BYTES = 4096;

  @TempDir Path folder;
  private InstalledImage image;
  private DiskPartitions.Place root;
  private Path opened;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
  }

  @BeforeEach
  void convert() throws IOException {
    image = new InstalledImage(folder);
    assertThat(image.install(InstalledImage.SIZE_BYTES)).isEqualTo(new Ending.Finished());
    image.firstBoot(InstalledImage.at("Finalised"));
    try (Disk disk = Disk.open(image.disk()).get()) {
      root = disk.partitions().root();
    }
    opened = folder.resolve("opened");
  }

  @Test
  void aFilesystemGrownOverTheHeadsOldCopyIsNotWipedIntoAndShrunkAgainItGoesOn() throws Exception {
    openVolume();
    long blocks = blocks();
    run("resize2fs", opened.toString());
    assertThat(blocks()).isGreaterThan(blocks);
    closeVolume();
    byte[] before = rootBytes();
    assertThat(image.firstBoot(Brake.never())).isInstanceOf(Ending.Stopped.class);
    Ending stopped = image.firstBoot(Brake.never());
    assertThat(stopped)
        .isInstanceOfSatisfying(
            Ending.Stopped.class,
            why -> {
              assertThat(why.refusal().kind()).isEqualTo(Refusal.Kind.NEEDS_PERSON);
              assertThat(why.refusal().code()).isEqualTo("GROWN_TOO_EARLY");
            });
    assertThat(Arrays.equals(before, rootBytes())).isTrue();

    openVolume();
    run("resize2fs", opened.toString(), blocks + "");
    closeVolume();
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    openVolume();
    assertThat(blocks()).isEqualTo(blocks);
  }

  @Test
  void aFilesystemGrownBehindTheWindowIsNotClearedThere() throws Exception {
    image.firstBoot(InstalledImage.at("MovedSegmentWiped"));
    openVolume();
    long blocks = blocks();
    run("resize2fs", opened.toString());
    closeVolume();
    byte[] before = rootBytes();
    assertThat(image.firstBootWith(BehindWindow.DISCARD, (_, _) -> true, Brake.never()))
        .isEqualTo(new Ending.Finished());
    int data = Math.toIntExact(DATA_BYTES);
    assertThat(Arrays.equals(before, data, before.length, rootBytes(), data, before.length))
        .isTrue();
    openVolume();
    assertThat(blocks()).isGreaterThan(blocks);
  }

  /** What is behind the filesystem is nobody's: the tail is wiped whatever stands there. */
  @Test
  void bytesBehindTheFilesystemDoNotStopIt() throws Exception {
    openVolume();
    long behind = blocks() * BLOCK_BYTES;
    try (RandomAccessFile file = new RandomAccessFile(opened.toFile(), "rw")) {
      file.seek(behind);
      file.write(new byte[] {1, 2, 3, 4});
    }
    closeVolume();
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  private void openVolume() throws Exception {
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "r")) {
      byte[] volume = new byte[Math.toIntExact(root.sizeBytes() - DATA_BYTES)];
      disk.seek(root.offsetBytes() + DATA_BYTES);
      disk.readFully(volume);
      cipher().decrypt(volume, volume.length, 0);
      Files.write(opened, volume);
    }
    run("e2fsck", "-f", "-y", opened.toString());
  }

  private void closeVolume() throws Exception {
    run("e2fsck", "-f", "-n", opened.toString());
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw")) {
      byte[] volume = Files.readAllBytes(opened);
      cipher().encrypt(volume, volume.length, 0);
      disk.seek(root.offsetBytes() + DATA_BYTES);
      disk.write(volume);
    }
  }

  private AesXts cipher() throws IOException {
    try (LoopDevice loop =
            LoopDevice.attach(
                image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
        CryptDevice volume = CryptDevice.open(loop.path()).load();
        Secret recovery = Secret.readFrom(image.recoveryKey(), 4096);
        Secret key = volume.keyslots().volumeKey(recovery)) {
      byte[] bytes = new byte[key.length()];
      key.buffer().get(bytes);
      return new AesXts(bytes, BLOCK_BYTES);
    }
  }

  private long blocks() throws Exception {
    return run("dumpe2fs", "-h", opened.toString())
        .lines()
        .filter(line -> line.startsWith("Block count:"))
        .mapToLong(line -> Long.parseLong(line.substring(12).strip()))
        .findFirst()
        .orElseThrow();
  }

  private byte[] rootBytes() throws IOException {
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(root.sizeBytes())];
      disk.seek(root.offsetBytes());
      disk.readFully(bytes);
      return bytes;
    }
  }

  static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(List.of(command) + said).isLessThan(2);
    return said;
  }
}
