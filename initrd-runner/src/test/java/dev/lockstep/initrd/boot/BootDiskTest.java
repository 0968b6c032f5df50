package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.boot.KernelCommandLine;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is the one that root= names by a name that never changes, or none. */
class BootDiskTest {

  private static final UUID ID = UUID.fromString("3015a008-e60b-4534-80aa-727bf821cfe1");

  @TempDir Path folder;
  private Path devices;
  private Path blocks;

  @BeforeEach
  void makeADiskOfOnePartition() throws IOException {
    devices = Files.createDirectories(folder.resolve("dev"));
    blocks = Files.createDirectories(folder.resolve("sys/class/block"));
    Files.createFile(devices.resolve("nvme0n1"));
    Files.createFile(devices.resolve("nvme0n1p3"));
    Path partition = Files.createDirectories(folder.resolve("sys/devices/pci/nvme0n1/nvme0n1p3"));
    Files.writeString(partition.resolve("partition"), "3\n");
    Files.createSymbolicLink(blocks.resolve("nvme0n1p3"), partition);
    Files.createSymbolicLink(blocks.resolve("nvme0n1"), partition.getParent());
  }

  private void linkTo(String device) throws IOException {
    Path links = Files.createDirectories(devices.resolve("disk/by-partuuid"));
    Files.createSymbolicLink(links.resolve(ID.toString()), devices.resolve(device));
  }

  private static KernelCommandLine line(String text) {
    return KernelCommandLine.parse(text).get();
  }

  private Either<String, BootDisk> await(String line, Duration patience) throws IOException {
    Either<String, UUID> wanted = BootDisk.rootPartition(line(line));
    return wanted.isLeft()
        ? Either.left(wanted.getLeft())
        : BootDisk.await(wanted.get(), devices, blocks, patience);
  }

  @Test
  void theDiskIsTheOneThatHasTheRootPartition() throws IOException {
    linkTo("nvme0n1p3");
    for (String root :
        new String[] {"root=PARTUUID=" + ID, "quiet root=/dev/disk/by-partuuid/" + ID}) {
      assertThat(await(root, Duration.ZERO).get())
          .isEqualTo(
              new BootDisk(
                  devices.resolve("nvme0n1").toAbsolutePath(), devices.resolve("nvme0n1p3"), ID));
    }
  }

  @Test
  void aDiskThatIsSlowToAppearIsWaitedFor() throws Exception {
    Thread late =
        new Thread(
            () -> {
              try {
                Thread.sleep(300);
                linkTo("nvme0n1p3");
              } catch (IOException | InterruptedException failed) {
                throw new IllegalStateException(failed);
              }
            });
    late.start();
    assertThat(await("root=PARTUUID=" + ID, Duration.ofSeconds(20)).isRight()).isTrue();
    late.join();
  }

  @Test
  void aDiskThatIsNotThereIsTold() throws IOException {
    assertThat(await("root=PARTUUID=" + ID, Duration.ZERO).getLeft())
        .contains(ID.toString(), "is the disk connected?");
  }

  @Test
  void aLinkToAWholeDiskIsNoPartition() throws IOException {
    linkTo("nvme0n1");
    assertThat(await("root=PARTUUID=" + ID, Duration.ZERO).isLeft()).isTrue();
  }

  @Test
  void aNameThatMayChangeBetweenBootsIsRefused() {
    for (String root :
        new String[] {"root=/dev/sda3", "root=UUID=" + ID, "root=PARTUUID=1-2", ""}) {
      assertThat(BootDisk.rootPartition(line(root)).getLeft())
          .contains("write root=PARTUUID=… into the boot entry");
    }
  }
}
