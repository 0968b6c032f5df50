package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.DecryptedVolume;
import dev.lockstep.initrd.cryptsetup.HeaderReading;
import dev.lockstep.initrd.cryptsetup.Luks2Header;
import dev.lockstep.initrd.cryptsetup.Luks2HeaderReader;
import dev.lockstep.initrd.runner.DiskPartitions;
import dev.lockstep.initrd.runner.PartitionBytes;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.LoopDevice;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The disk image after its first boot, opened to be looked at. */
final class FinishedDisk implements AutoCloseable {

  private static final int LONGEST_KEY_BYTES = 4096;

  private final BlockDeviceFile file;
  private final DiskPartitions partitions;

  private FinishedDisk(BlockDeviceFile file, DiskPartitions partitions) {
    this.file = file;
    this.partitions = partitions;
  }

  static FinishedDisk open(Path disk) throws IOException, DemoFailed {
    BlockDeviceFile file = BlockDeviceFile.open(disk, Access.READ_ONLY);
    try {
      return new FinishedDisk(file, PlainSnapshot.partitions(file));
    } catch (IOException | DemoFailed failed) {
      file.close();
      throw failed;
    }
  }

  PartitionBytes root() {
    DiskPartitions.Place root = partitions.root();
    return new PartitionBytes(file, root.offsetBytes(), root.sizeBytes());
  }

  Luks2Header header() throws IOException, DemoFailed {
    return switch (Luks2HeaderReader.read(root())) {
      case HeaderReading.Valid(Luks2Header header) -> header;
      case HeaderReading.Absent() -> throw new DemoFailed(1, "The root partition has no header.");
      case HeaderReading.Damaged(String reason) ->
          throw new DemoFailed(1, "The root partition's header is damaged: " + reason + ".");
      case HeaderReading.OtherVersion(int version) ->
          throw new DemoFailed(1, "The root partition has a LUKS header of version " + version);
    };
  }

  /** Something to be done with libcryptsetup. */
  @FunctionalInterface
  interface Use<T> {
    T with(CryptDevice device) throws IOException, DemoFailed;
  }

  <T> T withCryptsetup(Use<T> use) throws IOException, DemoFailed {
    DiskPartitions.Place root = partitions.root();
    try (LoopDevice loop = attach(root);
        CryptDevice device = CryptDevice.open(loop.path()).load()) {
      return use.with(device);
    }
  }

  private LoopDevice attach(DiskPartitions.Place place) throws IOException {
    return LoopDevice.attach(
        file.path(), new LoopDevice.Window(place.offsetBytes(), place.sizeBytes()));
  }

  /** The key that encrypts the data, got with the recovery key; the caller wipes it. */
  Secret volumeKey(Path recoveryKey) throws IOException, DemoFailed {
    try (Secret passphrase = Secret.readFrom(recoveryKey, LONGEST_KEY_BYTES)) {
      return withCryptsetup(device -> device.keyslots().volumeKey(passphrase));
    }
  }

  DecryptedVolume decrypted(Secret volumeKey) throws IOException, DemoFailed {
    return DecryptedVolume.open(root(), header(), volumeKey);
  }

  /** Something to be looked at in a mounted filesystem. */
  @FunctionalInterface
  interface Visit<T> {
    T at(Path folder) throws IOException, DemoFailed;
  }

  <T> T withBootPartition(Path mountPoint, Visit<T> visit) throws IOException, DemoFailed {
    DiskPartitions.Place boot = partitions.boot();
    return mounted(
        file.path(),
        new LoopDevice.Window(boot.offsetBytes(), boot.sizeBytes()),
        mountPoint,
        visit);
  }

  /** What an image, or a part of one, is formatted as. */
  static FilesystemGeometry.Known filesystem(Path image, LoopDevice.Window window)
      throws IOException, DemoFailed {
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    try (BlockDeviceFile file = BlockDeviceFile.open(image, Access.READ_ONLY)) {
      file.readFully(window.offsetBytes(), ByteBuffer.wrap(head));
    }
    return switch (FilesystemGeometry.read(head)) {
      case FilesystemGeometry.Known known -> known;
      case FilesystemGeometry.Unknown(String reason) ->
          throw new DemoFailed(1, image + " holds no filesystem: " + reason + ".");
    };
  }

  /** Mounts a filesystem read-only for as long as the visit takes. */
  static <T> T mounted(Path image, LoopDevice.Window window, Path mountPoint, Visit<T> visit)
      throws IOException, DemoFailed {
    Files.createDirectories(mountPoint);
    String type = filesystem(image, window).type();
    try (LoopDevice loop = LoopDevice.attach(image, window)) {
      Mounts.mount(
          loop.path(),
          mountPoint,
          type,
          Set.of(
              Mounts.Flag.READ_ONLY,
              Mounts.Flag.NO_SET_USER_ID,
              Mounts.Flag.NO_DEVICES,
              Mounts.Flag.NO_EXECUTE),
          Mounts.besideItsLike(type));
    }
    try {
      return visit.at(mountPoint);
    } finally {
      Mounts.unmount(mountPoint);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
