package dev.lockstep.initrd.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.initrd.syscall.LoopDevice;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first medium that a person could carry away, mounted already or not. */
class RemovableMediaTest {

  private static final String NAME = "lockstep-recovery-key-x.txt";

  @TempDir Path folder;
  private Path sys;
  private Path mounts;
  private Path disk;

  @BeforeEach
  void machine() throws IOException {
    sys = folder.resolve("sys");
    mounts = Files.createFile(folder.resolve("mounts"));
    disk = Files.createFile(folder.resolve("disk.img"));
    block("aaa", "0");
    block("bbb", "1");
    Path part = Files.createDirectories(sys.resolve("block/bbb/bbb1"));
    Files.writeString(part.resolve("partition"), "1\n");
  }

  private void block(String name, String removable) throws IOException {
    Path block = Files.createDirectories(sys.resolve("block").resolve(name));
    Files.writeString(block.resolve("removable"), removable + "\n");
  }

  private RemovableMedia media(Path devices) {
    return new RemovableMedia(
        disk, sys, devices, mounts, name -> Files.createDirectories(folder.resolve(name)));
  }

  private String mounted(String device, String options) throws IOException {
    Path on = Files.createDirectories(folder.resolve("on-" + device));
    return "/dev/%s %s vfat %s 0 0\n".formatted(device, on, options);
  }

  @Test
  void aMountedStickIsTakenAndAFixedDiskOrAReadOnlyOneIsNot() throws IOException {
    try (RemovableMedia media = media(Path.of("/dev"))) {
      Files.writeString(mounts, mounted("aaa", "rw") + mounted("bbb", "ro,noexec"));
      assertThat(media.fileOfName(NAME)).isEmpty();
      Files.writeString(mounts, mounted("bbb1", "rw,noexec"));
      assertThat(media.fileOfName(NAME)).isEqualTo(Option.some(folder.resolve("on-bbb1/" + NAME)));
    }
  }

  @Test
  void theStickThatHasTheKeyIsFoundAgainAmongOthers() throws IOException {
    block("ccc", "1");
    try (RemovableMedia media = media(Path.of("/dev"))) {
      Files.writeString(mounts, mounted("bbb1", "rw") + mounted("ccc", "rw"));
      Path there = Files.createFile(folder.resolve("on-ccc").resolve(NAME));
      assertThat(media.fileOfName(NAME)).isEqualTo(Option.some(there));
    }
  }

  @Test
  void aDiskInAUsbCaseIsRemovableWhateverItSays() throws IOException {
    Path usb = Files.createDirectories(folder.resolve("devices/usb2/2-1/ddd"));
    Files.createSymbolicLink(sys.resolve("block/ddd"), usb);
    try (RemovableMedia media = media(Path.of("/dev"))) {
      Files.writeString(mounts, mounted("ddd", "rw"));
      assertThat(media.fileOfName(NAME)).isEqualTo(Option.some(folder.resolve("on-ddd/" + NAME)));
    }
  }

  @Test
  void aStickThatNobodyMountedIsMountedAndLetGo() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices need root");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/mkfs.ext4")), "e2fsprogs is needed");
    Path stick = folder.resolve("stick.img");
    try (RandomAccessFile file = new RandomAccessFile(stick.toFile(), "rw")) {
      file.setLength(16 << 20);
    }
    Process mkfs = new ProcessBuilder("/usr/sbin/mkfs.ext4", "-q", stick.toString()).start();
    assertThat(mkfs.onExit().join().exitValue()).isZero();
    try (LoopDevice loop = LoopDevice.attach(stick, new LoopDevice.Window(0, 16 << 20))) {
      String name = loop.path().getFileName().toString();
      block(name, "1");
      try (RemovableMedia media = media(Path.of("/dev"))) {
        Path found = media.fileOfName(NAME).get();
        assertThat(found.getParent()).isEqualTo(folder.resolve("medium-" + name));
        assertThat(found.getParent().resolve("lost+found")).exists();
        Files.writeString(found, "key");
        assertThat(media.fileOfName(NAME)).isEqualTo(Option.some(found));
      }
      assertThat(folder.resolve("medium-" + name)).isEmptyDirectory();
    }
  }
}
