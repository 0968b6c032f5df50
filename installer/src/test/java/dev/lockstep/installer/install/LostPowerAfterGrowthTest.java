package dev.lockstep.installer.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.cryptsetup.AesXts;
import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.Luks2Format;
import dev.lockstep.initrd.runner.Disk;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.installer.filesystem.RootFilesystem;
import dev.lockstep.journal.image.ImageJournal;
import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A person opened the finished volume between two runs of the first boot, grew its mounted
 * filesystem, filled it, and lost the power: by then the growth may stand in the filesystem's log
 * alone. Here the kernel's own filesystems do it, and a copy of the mounted disk is what is left.
 */
class LostPowerAfterGrowthTest {
  private static final long SIZE_BYTES = 544L << 20;
  private static final long DATA_BYTES = Luks2Format.DEFAULT_DATA_OFFSET_SECTORS * 512;
  private static final int SECTOR_BYTES = 4096;
  private static final int CHUNK_BYTES = 1 << 20;

  @TempDir Path folder;
  private InstalledImage image;
  private DiskPartitions.Place root;
  private byte[] volumeKey;

  @BeforeAll
  static void needsRootAndTools() {
    FirstBootOnImageTest.needsRootAndTools();
    for (RootFilesystem each : RootFilesystem.values()) {
      assumeTrue(each.objection().isEmpty(), () -> each.objection().get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenIntoTheNewRoomIsThereAfterAWipeWasAskedFor(RootFilesystem filesystem)
      throws Exception {
    encrypt(filesystem, "MovedSegmentWiped");
    Path opened = folder.resolve("opened");
    copy(opened, true);
    String written = growAndFill(filesystem, opened);
    copy(folder.resolve("cut"), false);

    assertThat(image.firstBootWith(BehindWindow.WIPE, (_, _) -> true, Brake.never()))
        .isEqualTo(new Ending.Finished());

    assertThat(told()).contains("left as it is: ").doesNotContain("overwritten");
    copy(opened, true);
    assertThat(found(filesystem, opened)).isEqualTo(written);
  }

  /** Where the head's copy lay its blocks are by now. */
  @ParameterizedTest
  @EnumSource
  void norIsTheHeadsCopyWipedWhereTheFilesystemMayHaveGrownOverIt(RootFilesystem filesystem)
      throws Exception {
    encrypt(filesystem, "Finalised");
    Path opened = folder.resolve("opened");
    copy(opened, true);
    String written = growAndFill(filesystem, opened);
    copy(folder.resolve("cut"), false);

    Ending ending = image.firstBoot(Brake.never());

    assertThat(ending)
        .isInstanceOfSatisfying(
            Ending.Stopped.class,
            stopped ->
                assertThat(stopped.refusal().code())
                    .isEqualTo(
                        filesystem == RootFilesystem.BTRFS
                            ? "GROWN_TOO_EARLY"
                            : "OPENED_TOO_EARLY"));
    copy(opened, true);
    assertThat(found(filesystem, opened)).isEqualTo(written);
  }

  /** An XFS's superblock is never sure, but its head is as it was copied. */
  @ParameterizedTest
  @EnumSource
  void whereNobodyOpenedItALaterRunWipesTheHeadsCopy(RootFilesystem filesystem) throws Exception {
    encrypt(filesystem, "Finalised");
    assertThat(image.firstBoot(Brake.never())).isEqualTo(new Ending.Finished());
  }

  /** Nobody has mounted it: what can be told for sure is wiped, an XFS can't be. */
  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void whereNobodyOpenedItTheJournalTellsWhatWasDone(RootFilesystem filesystem) throws Exception {
    encrypt(filesystem, "MovedSegmentWiped");
    assertThat(image.firstBootWith(BehindWindow.WIPE, (_, _) -> true, Brake.never()))
        .isEqualTo(new Ending.Finished());
    assertThat(told())
        .contains(
            filesystem == RootFilesystem.XFS
                ? "left as it is: an XFS may have been grown"
                : "overwritten with random bytes and read back");
  }

  private void encrypt(RootFilesystem filesystem, String phase) throws Exception {
    image = new InstalledImage(folder, filesystem);
    assertThat(image.install(SIZE_BYTES)).isEqualTo(new Ending.Finished());
    image.firstBoot(InstalledImage.at(phase));
    try (Disk disk = Disk.open(image.disk()).get()) {
      root = disk.partitions().root();
    }
    try (LoopDevice loop =
            LoopDevice.attach(
                image.disk(), new LoopDevice.Window(root.offsetBytes(), root.sizeBytes()));
        CryptDevice volume = CryptDevice.open(loop.path()).load();
        Secret recovery = Secret.readFrom(image.recoveryKey(), 4096);
        Secret key = volume.keyslots().volumeKey(recovery)) {
      volumeKey = new byte[key.length()];
      key.buffer().get(volumeKey);
    }
  }

  /** Between the image's volume and a plain file: out of it, or into it. */
  private void copy(Path plain, boolean out) throws Exception {
    AesXts cipher = new AesXts(volumeKey.clone(), SECTOR_BYTES);
    byte[] chunk = new byte[CHUNK_BYTES];
    try (RandomAccessFile disk = new RandomAccessFile(image.disk().toFile(), "rw");
        RandomAccessFile file = new RandomAccessFile(plain.toFile(), "rw")) {
      for (long at = 0; at < root.sizeBytes() - DATA_BYTES; at += CHUNK_BYTES) {
        int length = (int) Math.min(CHUNK_BYTES, root.sizeBytes() - DATA_BYTES - at);
        RandomAccessFile from = out ? disk : file;
        RandomAccessFile to = out ? file : disk;
        from.seek(at + (out ? root.offsetBytes() + DATA_BYTES : 0));
        from.readFully(chunk, 0, length);
        if (out) {
          cipher.decrypt(chunk, length, at / 512);
        } else {
          cipher.encrypt(chunk, length, at / 512);
        }
        to.seek(at + (out ? 0 : root.offsetBytes() + DATA_BYTES));
        to.write(chunk, 0, length);
      }
    }
  }

  /** Leaves, as "cut", the disk as it is while all that was written is still mounted. */
  private String growAndFill(RootFilesystem filesystem, Path opened) throws Exception {
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    try (LoopDevice loop =
        LoopDevice.attach(opened, new LoopDevice.Window(0, Files.size(opened)))) {
      Mounts.mount(loop.path(), mounted, filesystem.mountType(), Set.of(), "");
      try {
        switch (filesystem) {
          case EXT4 -> GrownByHandTest.run("resize2fs", loop.path().toString());
          case XFS -> GrownByHandTest.run("xfs_growfs", mounted.toString());
          case BTRFS ->
              GrownByHandTest.run("btrfs", "filesystem", "resize", "max", mounted.toString());
        }
        String written = fill(mounted.resolve("usr/written-late"));
        Files.copy(opened, folder.resolve("cut"));
        return written;
      } finally {
        Mounts.unmount(mounted);
      }
    }
  }

  /** Until nothing more fits, so that the new room is in use. */
  private static String fill(Path file) throws Exception {
    MessageDigest all = MessageDigest.getInstance("SHA-256");
    Random random = new Random(11);
    byte[] chunk = new byte[CHUNK_BYTES];
    try (FileChannel late =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      boolean full = false;
      while (!full) {
        random.nextBytes(chunk);
        full = !fits(late, chunk);
        if (!full) {
          all.update(chunk);
        }
      }
      late.force(true);
    }
    return Arrays.toString(all.digest());
  }

  /** What did not fit whole is taken away again: what is compared was written and flushed. */
  private static boolean fits(FileChannel late, byte[] chunk) throws IOException {
    long before = late.size();
    ByteBuffer bytes = ByteBuffer.wrap(chunk);
    try {
      while (bytes.hasRemaining()) {
        late.write(bytes, before + bytes.position());
      }
      late.force(true);
      return true;
    } catch (IOException full) {
      late.truncate(before);
      return false;
    }
  }

  private String found(RootFilesystem filesystem, Path opened) throws Exception {
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    try (LoopDevice loop =
        LoopDevice.attach(opened, new LoopDevice.Window(0, Files.size(opened)))) {
      Mounts.mount(loop.path(), mounted, filesystem.mountType(), Set.of(), "");
      try {
        MessageDigest all = MessageDigest.getInstance("SHA-256");
        return Arrays.toString(all.digest(Files.readAllBytes(mounted.resolve("usr/written-late"))));
      } finally {
        Mounts.unmount(mounted);
      }
    }
  }

  private String told() throws IOException {
    StringBuilder all = new StringBuilder();
    ImageJournal.read(image.disk())
        .records()
        .forEach(record -> all.append(record.payload().text()).append('\n'));
    return all.toString();
  }
}
