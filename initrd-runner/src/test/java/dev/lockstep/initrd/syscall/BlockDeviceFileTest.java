package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.BlockDeviceFile.ReadBack;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDeviceFileTest {
  private static final int MIB = 1024 * 1024;

  @TempDir private Path folder;
  private Path image;
  private byte[] content;

  @BeforeEach
  void makeImage() throws IOException {
    content = new byte[5 * MIB + 512];
    new Random(7).nextBytes(content);
    image = Files.write(folder.resolve("disk.img"), content);
  }

  private static byte[] read(BlockDeviceFile file, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.readFully(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }

  @Test
  void largeAndOddRangesAreReadAndWrittenWhole() throws Exception {
    byte[] fresh = new byte[3 * MIB + 77];
    new Random(8).nextBytes(fresh);
    try (BlockDeviceFile file = BlockDeviceFile.open(image, Access.READ_WRITE)) {
      assertThat(file.sizeBytes()).isEqualTo(content.length);
      assertThat(file.logicalSectorBytes()).isEqualTo(512);
      file.writeFully(12345, ByteBuffer.wrap(fresh));
      file.flush();
      System.arraycopy(fresh, 0, content, 12345, fresh.length);
      assertThat(Arrays.equals(read(file, 0, content.length), content)).isTrue();
      assertThatThrownBy(() -> read(file, content.length - 10L, 11))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("more was expected");
    }
    assertThat(Arrays.equals(Files.readAllBytes(image), content)).isTrue();
  }

  @Test
  void aReadBackOfAnyRangeTellsWhatIsStored() throws Exception {
    try (BlockDeviceFile file = BlockDeviceFile.open(image, Access.READ_WRITE)) {
      byte[] fresh = {1, 2, 3};
      file.writeFully(4095, ByteBuffer.wrap(fresh)); // not flushed: a direct read writes it out
      System.arraycopy(fresh, 0, content, 4095, 3);
      for (int[] range : new int[][] {{0, 1}, {4095, 3}, {511, 2 * MIB}, {content.length - 7, 7}}) {
        ByteBuffer stored = ByteBuffer.allocate(range[1]);
        ReadBack how = file.readBack(range[0], stored);
        assertThat(stored.array())
            .isEqualTo(Arrays.copyOfRange(content, range[0], range[0] + range[1]));
        assertThat(how).isEqualTo(ReadBack.DIRECT);
      }
      assertThatThrownBy(() -> file.readBack(content.length - 1L, ByteBuffer.allocate(2)))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aDigestIsThatOfTheRangeWhereverItsChunksBeginAndEnd() throws Exception {
    int chunk = DirectRead.CHUNK_BYTES;
    try (BlockDeviceFile file = BlockDeviceFile.open(image, Access.READ_ONLY)) {
      for (int[] range :
          new int[][] {
            {0, 1}, {4095, chunk - 1}, {511, chunk}, {7, 2 * chunk}, {0, 5 * MIB + 512}
          }) {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        file.digestBack(range[0], range[1], digest);
        byte[] bytes = Arrays.copyOfRange(content, range[0], range[0] + range[1]);
        assertThat(digest.digest()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(bytes));
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      assertThatThrownBy(() -> file.digestBack(1, content.length, digest))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ends");
    }
  }

  @Test
  void aDigestThatIsSlowerThanTheDiskLosesNothing() throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    MessageDigest slow =
        new MessageDigest("slow") {
          @Override
          protected void engineUpdate(ByteBuffer piece) {
            LockSupport.parkNanos(50_000_000); // the disk has read on in the meantime
            sha256.update(piece);
          }

          @Override
          protected void engineUpdate(byte each) {
            sha256.update(each);
          }

          @Override
          protected void engineUpdate(byte[] bytes, int offset, int length) {
            sha256.update(bytes, offset, length);
          }

          @Override
          protected byte[] engineDigest() {
            return sha256.digest();
          }

          @Override
          protected void engineReset() {
            sha256.reset();
          }
        };
    try (BlockDeviceFile file = BlockDeviceFile.open(image, Access.READ_ONLY)) {
      file.digestBack(0, content.length, slow);
    }
    assertThat(slow.digest()).isEqualTo(MessageDigest.getInstance("SHA-256").digest(content));
  }

  @Test
  void aReadBackWithoutDirectReadsDropsTheCacheAndSaysSo() throws Exception {
    Path memory = Path.of("/dev/shm");
    Assumptions.assumeTrue(Files.isWritable(memory), "no tmpfs at /dev/shm");
    Path file = Files.createTempFile(memory, "lockstep", ".img");
    try {
      Files.write(file, content);
      try (BlockDeviceFile opened = BlockDeviceFile.open(file, Access.READ_ONLY)) {
        ByteBuffer stored = ByteBuffer.allocate(1000);
        assertThat(opened.readBack(100, stored)).isIn((Object[]) ReadBack.values());
        assertThat(stored.array()).isEqualTo(Arrays.copyOfRange(content, 100, 1100));
      }
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void zeroingAndPunchingReachJustTheirRange() throws Exception {
    try (BlockDeviceFile file = BlockDeviceFile.open(image, Access.READ_WRITE)) {
      file.zero(1000, MIB);
      Arrays.fill(content, 1000, 1000 + MIB, (byte) 0);
      file.discard(2 * MIB, MIB);
      Arrays.fill(content, 2 * MIB, 3 * MIB, (byte) 0);
      assertThat(Arrays.equals(read(file, 0, content.length), content)).isTrue();
      assertThat(file.sizeBytes()).isEqualTo(content.length);
      assertThatThrownBy(() -> file.zero(content.length - 1L, 2))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aBlockDeviceHasItsOwnSizeAndZeros() throws Exception {
    try (LoopDevice loop = attach(new LoopDevice.Window(512, 2 * MIB));
        BlockDeviceFile file = BlockDeviceFile.open(loop.path(), Access.EXCLUSIVE)) {
      assertThat(file.isBlockDevice()).isTrue();
      assertThat(file.sizeBytes()).isEqualTo(2 * MIB);
      assertThat(file.logicalSectorBytes()).isEqualTo(512);
      file.zero(MIB, MIB);
      file.discard(0, 4096);
      file.flush();
      ByteBuffer stored = ByteBuffer.allocate(MIB);
      assertThat(file.readBack(MIB, stored)).isEqualTo(ReadBack.DIRECT);
      assertThat(stored.array()).containsOnly(0);
      assertThat(read(file, 8192, 100))
          .isEqualTo(Arrays.copyOfRange(content, 512 + 8192, 512 + 8292));
    }
  }

  @Test
  void aDeviceInUseIsRefusedInOneSentence() throws Exception {
    try (LoopDevice loop = attach(LoopDevice.Window.WHOLE);
        BlockDeviceFile first = BlockDeviceFile.open(loop.path(), Access.EXCLUSIVE)) {
      assertThat(first.isBlockDevice()).isTrue();
      assertThatThrownBy(() -> BlockDeviceFile.open(loop.path(), Access.EXCLUSIVE))
          .isInstanceOf(DeviceBusyException.class)
          .hasMessageContaining(loop.path() + " is in use");
      BlockDeviceFile.open(loop.path(), Access.READ_WRITE).close();
    }
  }

  @Test
  void whatIsNoDiskIsRefused() {
    assertThatThrownBy(() -> BlockDeviceFile.open(Path.of("/dev/zero"), Access.READ_WRITE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("neither a block device nor a regular file");
    assertThatThrownBy(() -> BlockDeviceFile.open(folder.resolve("none"), Access.READ_WRITE))
        .isInstanceOf(ErrnoException.class);
  }

  /** A loop device on a sparse file in a full tmpfs: what is written to it can't be stored. */
  @Test
  void aLostWriteIsToldToEveryWitnessOnceAndNothingMoreIsWritten() throws Exception {
    assumeRoot();
    Path full = Files.createDirectory(folder.resolve("full"));
    Mounts.mount(Path.of("tmpfs"), full, "tmpfs", Set.of(Mounts.Flag.NO_DEVICES), "size=1M");
    try {
      Path sparse = full.resolve("sparse.img");
      try (RandomAccessFile file = new RandomAccessFile(sparse.toFile(), "rw")) {
        file.setLength(4 * MIB);
      }
      try (LoopDevice loop = LoopDevice.attach(sparse, LoopDevice.Window.WHOLE);
          BlockDeviceFile witness = BlockDeviceFile.open(loop.path(), Access.READ_WRITE);
          BlockDeviceFile writer = BlockDeviceFile.open(loop.path(), Access.READ_WRITE)) {
        writer.writeFully(0, ByteBuffer.wrap(content, 0, 4 * MIB));
        assertThatThrownBy(writer::flush).isInstanceOf(ErrnoException.class);
        assertThatThrownBy(writer::flush)
            .hasMessageContaining("an earlier flush of " + loop.path() + " failed");
        assertThatThrownBy(() -> writer.writeFully(0, ByteBuffer.allocate(1)))
            .hasMessageContaining("an earlier flush");
        // the library's fsync would have taken this error; one that was open before has it too
        assertThatThrownBy(witness::flush).isInstanceOf(ErrnoException.class);
      }
    } finally {
      Mounts.unmount(full);
    }
  }

  private LoopDevice attach(LoopDevice.Window window) throws IOException {
    assumeRoot();
    return LoopDevice.attach(image, window);
  }

  private static void assumeRoot() {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/loop-control")), "loop devices need root");
  }
}
