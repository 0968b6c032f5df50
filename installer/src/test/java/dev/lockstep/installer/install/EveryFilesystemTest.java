package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.cryptsetup.Segment;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.installer.filesystem.RootListing;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole first boot of an XFS and of a btrfs root, and its sector size. */
class EveryFilesystemTest {
  private static final long SIZE_BYTES = 544L << 20;

  @TempDir Path folder;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
    for (RootFilesystem each : RootFilesystem.values()) {
      assumeTrue(each.objection().isEmpty(), () -> each.objection().get());
    }
  }

  private InstalledImage install(RootFilesystem filesystem) throws IOException {
    InstalledImage image = new InstalledImage(folder, filesystem);
    assertThat(image.install(SIZE_BYTES)).isEqualTo(new Ending.Finished());
    return image;
  }

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void cutWhereItMattersEveryFileIsAsItWasInstalled(RootFilesystem filesystem) throws Exception {
    InstalledImage image = install(filesystem);
    for (String intent : new String[] {"StageConfiguration", "PlaceHeader", "Convert"}) {
      assertThatThrownBy(() -> image.firstBootCutAfter(intent))
          .isInstanceOf(InstalledImage.PowerCut.class);
    }
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    Path decrypted = decrypt(image, 4096);
    assertThat(
            RootListing.mounted(decrypted, filesystem.mountType(), folder.resolve("mounted"))
                .withoutOurs())
        .isEqualTo(RootListing.of(image.source()).withoutOurs());
  }

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void undoneEveryFileIsAsItWasInstalled(RootFilesystem filesystem) throws Exception {
    InstalledImage image = install(filesystem);
    image.firstBoot(InstalledImage.at("HeaderPlaced"));
    assertThat(image.undo()).isEqualTo(new Ending.Finished());
    Path plain = plain(image);
    RootListing undone =
        RootListing.mounted(plain, filesystem.mountType(), folder.resolve("mounted"));
    assertThat(undone.withoutOurs()).isEqualTo(RootListing.of(image.source()).withoutOurs());
    assertThat(undone.has("etc/crypttab")).isFalse();
    assertThat(undone.has("etc/systemd")).isFalse();
  }

  /** The system was used in the clear, and its machine lost power: its log is to be replayed. */
  @ParameterizedTest
  @EnumSource
  void aFilesystemWhoseLogIsFullIsReplayedBeforeItsHeadIsCopied(RootFilesystem filesystem)
      throws Exception {
    InstalledImage image = install(filesystem);
    leaveUnclean(image, filesystem);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    RootListing listing =
        RootListing.mounted(
            decrypt(image, 4096), filesystem.mountType(), folder.resolve("mounted"));
    assertThat(listing.has("usr/written-late")).isTrue();
  }

  /** A copy of the partition is taken while it is mounted, and put in its place. */
  private void leaveUnclean(InstalledImage image, RootFilesystem filesystem) throws Exception {
    Path copy = folder.resolve("unclean.img");
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    try (LoopDevice loop = LoopDevice.attach(image.disk(), window(image))) {
      Mounts.mount(loop.path(), mounted, filesystem.mountType(), Set.of(), "");
      Files.writeString(mounted.resolve("usr/written-late"), "late");
      try (FileChannel late =
          FileChannel.open(mounted.resolve("usr/written-late"), StandardOpenOption.WRITE)) {
        late.force(true);
      }
      GrownByHandTest.run("dd", "if=" + loop.path(), "of=" + copy, "bs=1M", "conv=sparse");
    } finally {
      Mounts.unmount(mounted);
    }
    putInPlaceOfTheRoot(image, copy);
  }

  @Test
  void aFilesystemThatWritesLessThanFourKibibytesHasSmallSectors() throws Exception {
    InstalledImage image = install(RootFilesystem.XFS);
    Path small = folder.resolve("small.img");
    try (RandomAccessFile file = new RandomAccessFile(small.toFile(), "rw")) {
      file.setLength(300L << 20);
    }
    GrownByHandTest.run("mkfs.xfs", "-q", "-s", "size=512", small.toString());
    putInPlaceOfTheRoot(image, small);
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
    Path decrypted = decrypt(image, 512);
    assertThat(RootListing.mounted(decrypted, "xfs", folder.resolve("mounted")).has("etc/crypttab"))
        .isTrue();
  }

  private LoopDevice.Window window(InstalledImage image) throws IOException {
    try (Disk disk = Disk.open(image.disk()).get()) {
      return new LoopDevice.Window(disk.root().offsetBytes(), disk.root().sizeBytes());
    }
  }

  private Path plain(InstalledImage image) throws Exception {
    Path plain = folder.resolve("plain.img");
    try (Disk disk = Disk.open(image.disk()).get();
        RandomAccessFile out = new RandomAccessFile(plain.toFile(), "rw")) {
      copy(disk.root(), out, 0);
    }
    return plain;
  }

  private static void copy(RandomReader from, RandomAccessFile to, long toBytes)
      throws IOException {
    byte[] mib = new byte[1 << 20];
    to.seek(toBytes);
    for (long at = 0; at < from.sizeBytes(); at += mib.length) {
      from.readFully(at, ByteBuffer.wrap(mib));
      to.write(mib);
    }
  }

  private void putInPlaceOfTheRoot(InstalledImage image, Path filesystem) throws IOException {
    long offsetBytes = window(image).offsetBytes();
    try (BlockDeviceFile from = BlockDeviceFile.open(filesystem, BlockDeviceFile.Access.READ_ONLY);
        RandomAccessFile to = new RandomAccessFile(image.disk().toFile(), "rw")) {
      copy(from, to, offsetBytes);
    }
  }

  /** By our own AES-XTS, which counts IVs in 512 bytes whatever the sector size. */
  private Path decrypt(InstalledImage image, int sectorBytes) throws Exception {
    Path plain = folder.resolve("decrypted.img");
    try (Secret key = volumeKey(image)) {
      writePlain(image, key, sectorBytes, plain);
    }
    return plain;
  }

  private Secret volumeKey(InstalledImage image) throws IOException {
    try (LoopDevice loop = LoopDevice.attach(image.disk(), window(image));
        CryptDevice device = CryptDevice.open(loop.path()).load();
        Secret recovery = Secret.readFrom(image.recoveryKey(), 4096)) {
      return device.keyslots().volumeKey(recovery);
    }
  }

  private static void writePlain(InstalledImage image, Secret key, int sectorBytes, Path plain)
      throws IOException {
    try (Disk disk = Disk.open(image.disk()).get();
        RandomAccessFile out = new RandomAccessFile(plain.toFile(), "rw")) {
      HeaderReading.Valid header = (HeaderReading.Valid) Luks2HeaderReader.read(disk.root());
      assertThat(header.header().metadata().activeSegments())
          .singleElement()
          .isInstanceOfSatisfying(
              Segment.Crypt.class,
              segment -> assertThat(segment.sectorBytes()).isEqualTo(sectorBytes));
      DecryptedVolume volume = DecryptedVolume.open(disk.root(), header.header(), key);
      copy(volume, out, 0);
    }
  }
}
