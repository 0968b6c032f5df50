package dev.lockstep.initrd.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recovery key is never put where it goes with the power, or where only it could read it. */
class KeyPlaceTest {

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** Stands for a disk: it is a device, and its number is known. */
  private static final Path NULL = Path.of("/dev/null");

  @TempDir Path folder;

  @Test
  void memoryIsNoPlaceForTheKeyOfThisMachinesDisk() throws IOException {
    assumeTrue(Files.isDirectory(SHARED_MEMORY), "there is no /dev/shm");
    assumeTrue(Files.getFileStore(SHARED_MEMORY).type().equals("tmpfs"), "/dev/shm is no tmpfs");
    assertThat(new KeyPlace(SHARED_MEMORY, NULL).objection().get())
        .contains("/dev/shm is on tmpfs", "gone with the power");
    Path image = Files.createFile(folder.resolve("disk.img"));
    assertThat(new KeyPlace(SHARED_MEMORY, image).objection()).isEmpty();
  }

  @Test
  void aStickThatThisRunMountedIsAPlaceWhateverTheMountTableSaysOfItsParent() throws IOException {
    assumeTrue(Files.isDirectory(SHARED_MEMORY), "there is no /dev/shm");
    Path stick = Files.createDirectories(folder.resolve("sys/devices/stick"));
    Files.writeString(stick.resolve("dev"), "8:1\n");
    String number = KeyPlace.number((long) Files.getAttribute(SHARED_MEMORY, "unix:dev"));
    Path numbers = Files.createDirectories(folder.resolve("sys/dev/block"));
    Files.createSymbolicLink(numbers.resolve(number), stick);

    assertThat(new KeyPlace(SHARED_MEMORY, NULL, folder.resolve("sys")).objection()).isEmpty();
  }

  /** sysfs as the kernel draws it, with the folder's own device number at the far end. */
  private Path sysfs(String last) throws IOException {
    String number = KeyPlace.number((long) Files.getAttribute(folder, "unix:dev"));
    Path disk = Files.createDirectories(folder.resolve("sys/devices/disk"));
    Path partition = Files.createDirectories(disk.resolve("disk1"));
    Path mapping = Files.createDirectories(folder.resolve("sys/devices/mapping/slaves"));
    Files.writeString(disk.resolve("dev"), "1:3\n"); // what /dev/null has
    Files.writeString(partition.resolve("dev"), "1:5\n");
    Files.writeString(partition.resolve("partition"), "1\n");
    Files.createSymbolicLink(mapping.resolve("disk1"), partition);
    Path numbers = Files.createDirectories(folder.resolve("sys/dev/block"));
    Files.createSymbolicLink(numbers.resolve(number), folder.resolve("sys/devices").resolve(last));
    return folder.resolve("sys");
  }

  @Test
  void aPartitionOfTheDiskIsNoPlace() throws IOException {
    assertThat(new KeyPlace(folder, NULL, sysfs("disk/disk1")).objection().get())
        .contains("is on the disk that is to be encrypted");
  }

  @Test
  void aMappingOverTheDiskIsNoPlace() throws IOException {
    assertThat(new KeyPlace(folder, NULL, sysfs("mapping")).objection()).isNotEmpty();
  }

  @Test
  void aFileOnTheDiskBehindALoopDeviceIsNoPlace() throws IOException {
    Path sys = sysfs("loop0");
    Path image = Files.createFile(folder.resolve("disk.img"));
    Path loop = Files.createDirectories(sys.resolve("devices/loop0/loop"));
    Files.writeString(loop.resolve("backing_file"), image + "\n");
    assertThat(new KeyPlace(folder, image, sys).objection()).isNotEmpty();
    assertThat(new KeyPlace(folder, NULL, sys).objection()).isEmpty();
  }

  @Test
  void anotherDiskIsAPlace() throws IOException {
    Path sys = sysfs("other");
    Files.createDirectories(sys.resolve("devices/other"));
    Files.writeString(sys.resolve("devices/other/dev"), "8:16\n");
    assertThat(new KeyPlace(folder, NULL, sys).objection()).isEmpty();
  }
}
