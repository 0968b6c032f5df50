package dev.lockstep.initrd.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopDeviceTest {
  private static final int MIB = 1024 * 1024;

  @TempDir private Path folder;
  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/loop-control")), "loop devices need root");
    image = Files.write(folder.resolve("disk.img"), new byte[4 * MIB]);
  }

  @Test
  void aWindowShowsItsPartAndIsFoundByItsFile() throws Exception {
    LoopDevice.Window window = new LoopDevice.Window(MIB, 2 * MIB);
    try (LoopDevice loop = LoopDevice.attachDirect(image, window);
        BlockDeviceFile device =
            BlockDeviceFile.open(loop.path(), BlockDeviceFile.Access.READ_WRITE)) {
      assertThat(device.sizeBytes()).isEqualTo(2 * MIB);
      device.writeFully(0, ByteBuffer.wrap(new byte[] {42}));
      device.flush();
      assertThat(AttachedLoop.on(image))
          .containsExactly(new AttachedLoop(loop.path(), image.toRealPath(), window, true));
    }
    assertThat(Files.readAllBytes(image)[MIB]).isEqualTo((byte) 42);
    assertThat(AttachedLoop.on(image)).isEmpty();
  }

  @Test
  void aKilledProcessLeavesNoLoopDevice() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                image.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(holder.inputReader().readLine()).startsWith("/dev/loop");
    assertThat(AttachedLoop.on(image)).hasSize(1);
    holder.destroyForcibly();
    assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(AttachedLoop.on(image)).isEmpty();
  }

  /** A process that attaches a loop device and waits to be killed. */
  static final class Holder {
    public static void main(String[] arguments) throws Exception {
      try (LoopDevice loop = LoopDevice.attach(Path.of(arguments[0]), LoopDevice.Window.WHOLE)) {
        System.out.println(loop.path());
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  void whatSomebodyElseLeftCanBeDetached() throws Exception {
    Process losetup = new ProcessBuilder("losetup", "--find", "--show", image.toString()).start();
    Path device = Path.of(losetup.inputReader().readLine());
    assertThat(losetup.waitFor()).isZero();
    assertThat(AttachedLoop.on(image))
        .extracting(AttachedLoop::device, AttachedLoop::autoclear)
        .containsExactly(tuple(device, false));
    LoopDevice.detach(device);
    LoopDevice.detach(device); // nothing there any more: not an error
    assertThat(AttachedLoop.on(image)).isEmpty();
  }

  @Test
  void manyAtOnceGetDevicesOfTheirOwn() throws Exception {
    LoopDevice.Window window = new LoopDevice.Window(0, MIB);
    try (LoopDevice first = LoopDevice.attach(image, window);
        LoopDevice second = LoopDevice.attach(image, window);
        LoopDevice third = LoopDevice.attach(image, window)) {
      assertThat(List.of(first.path(), second.path(), third.path())).doesNotHaveDuplicates();
    }
  }

  @Test
  void aWindowOfHalfSectorsCanNotBeMade() {
    assertThatThrownBy(() -> new LoopDevice.Window(100, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whole 512-byte sectors");
  }

  @Test
  void aFilesystemIsMountedFrozenThawedAndFlushed() throws Exception {
    Path mountPoint = Files.createDirectory(folder.resolve("mnt"));
    Process mkfs = new ProcessBuilder("mkfs.ext4", "-q", image.toString()).start();
    assertThat(mkfs.waitFor()).isZero();
    try (LoopDevice loop = LoopDevice.attach(image, LoopDevice.Window.WHOLE)) {
      Mounts.mount(
          loop.path(),
          mountPoint,
          "ext4",
          Set.of(Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE),
          "errors=remount-ro");
      try {
        Path file = Files.writeString(mountPoint.resolve("entry.conf"), "title");
        Directories.fsync(mountPoint);
        Directories.syncfs(file);
        assertThatThrownBy(() -> Directories.fsync(file)).isInstanceOf(ErrnoException.class);
        try (FrozenFilesystem frozen = FrozenFilesystem.freeze(mountPoint)) {
          assertThatThrownBy(() -> FrozenFilesystem.freeze(mountPoint))
              .isInstanceOfSatisfying(
                  ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
          assertThatThrownBy(
                  () -> BlockDeviceFile.open(loop.path(), BlockDeviceFile.Access.EXCLUSIVE))
              .isInstanceOf(DeviceBusyException.class);
          assertThat(frozen).isNotNull();
        }
        Files.writeString(mountPoint.resolve("after"), "thawed");
      } finally {
        Mounts.unmount(mountPoint);
      }
      assertThatThrownBy(() -> Mounts.unmount(mountPoint)).isInstanceOf(ErrnoException.class);
    }
  }
}
