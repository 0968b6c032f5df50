package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.cryptsetup.CryptDevice;
import dev.lockstep.initrd.cryptsetup.MappedVolume;
import dev.lockstep.initrd.cryptsetup.WrongKeyException;
import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.initrd.syscall.FilesystemGrowth;
import dev.lockstep.initrd.syscall.Mounts;
import dev.lockstep.initrd.syscall.Secret;
import dev.lockstep.statemachine.firstboot.PreparedFile;
import dev.lockstep.statemachine.geometry.BtrfsGeometry;
import dev.lockstep.statemachine.geometry.Ext4Geometry;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import dev.lockstep.statemachine.geometry.XfsGeometry;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Growth;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/**
 * Opens the finished volume with device-mapper, mounts it, grows the filesystem to the volume's end
 * and closes it again. Where the volume can't be opened, mounted or grown, the machine's own boot
 * does it: nothing is lost by that, so it never stops a first boot.
 *
 * <p>A cut in the midst leaves a filesystem whose own log brings it to the old size or a new one;
 * the next boot finds no outcome and does it all again. A kill leaves the mapped volume: {@link
 * #closeLeftOpen} finds it by its name.
 */
final class OpenedVolumeGrowth implements Growth {
  /** Nobody else's volume is called so. */
  private static final String NAME_PREFIX = "lockstep-grow-";

  private static final int NAME_DIGITS = 32;

  private static final Set<Mounts.Flag> HARMLESS =
      Set.of(Mounts.Flag.NO_SET_USER_ID, Mounts.Flag.NO_DEVICES, Mounts.Flag.NO_EXECUTE);

  /** u8 sb_imax_pct (fs/xfs/libxfs/xfs_format.h, struct xfs_dsb). */
  private static final int XFS_INODE_PERCENT = 127;

  private static final long MEBIBYTE = 1 << 20;

  private final PartitionBytes partition;
  private final BootPartition boot;
  private final Scratch scratch;
  private final TpmKeys keys;
  private final LibcryptsetupLuks luks;
  private final DeferredGrowth otherwise;

  OpenedVolumeGrowth(
      PartitionBytes partition,
      BootPartition boot,
      Scratch scratch,
      TpmKeys keys,
      LibcryptsetupLuks luks,
      DeferredGrowth otherwise) {
    this.otherwise = otherwise;
    this.partition = partition;
    this.boot = boot;
    this.scratch = scratch;
    this.keys = keys;
    this.luks = luks;
  }

  @Override
  public String settle() throws IOException {
    if (!MappedVolume.isPossible()) {
      return otherwise.because("the kernel has no device-mapper");
    }
    try {
      keys.recall(boot.read(PreparedFile.SEALED_KEY.path()).getOrElse(new byte[0]));
      long before;
      try {
        before = luks.filesystemEndBytes();
      } catch (IOException unable) {
        return otherwise.because("its superblock can't be read here: " + unable.getMessage());
      }
      String fault = luks.withAnyKey(partition.sizeBytes(), this::grow);
      long after = luks.filesystemEndBytes(); // off the medium: the volume is closed
      if (after < before) {
        throw new IOException("the filesystem's superblock tells less room than before it grew");
      }
      return fault.isEmpty()
          ? "grown from %d to %d MiB on the opened volume"
              .formatted(before / MEBIBYTE, after / MEBIBYTE)
          : otherwise.because(fault);
    } catch (KeyRefused refused) {
      return otherwise.because("no key that opens the volume is at hand");
    }
  }

  /** Returns why it did not grow, or nothing. What can't be closed again is an error. */
  private String grow(CryptDevice device, Secret key) throws IOException {
    String name = nameFor(partition.disk().path());
    Path volume;
    try {
      volume = MappedVolume.open(device.load(), name, key);
    } catch (WrongKeyException another) {
      throw another; // may open it
    } catch (IOException unable) {
      return "the volume can't be opened here: " + unable.getMessage();
    }
    try {
      return growIn(volume);
    } finally {
      MappedVolume.close(name);
    }
  }

  private String growIn(Path volume) throws IOException {
    byte[] head = new byte[FilesystemGeometry.HEAD_BYTES];
    long volumeBytes;
    try (BlockDeviceFile file = BlockDeviceFile.open(volume, BlockDeviceFile.Access.READ_ONLY)) {
      file.readFully(0, ByteBuffer.wrap(head));
      volumeBytes = file.sizeBytes();
    } catch (IOException unable) {
      return "the opened volume can't be read here: " + unable.getMessage();
    }
    if (!(FilesystemGeometry.read(head) instanceof FilesystemGeometry.Known known)) {
      return "the opened volume holds no filesystem that is known";
    }
    Path root = scratch.folder("grown");
    try {
      Mounts.mount(volume, root, known.type(), HARMLESS, Mounts.besideItsLike(known.type()));
    } catch (IOException unable) {
      return "the filesystem can't be mounted here: " + unable.getMessage();
    }
    try {
      long blocks = volumeBytes / known.blockBytes();
      switch (known) {
        case Ext4Geometry _ -> FilesystemGrowth.ext4(root, blocks);
        case XfsGeometry _ -> FilesystemGrowth.xfs(root, blocks, head[XFS_INODE_PERCENT]);
        case BtrfsGeometry _ -> FilesystemGrowth.btrfs(root);
      }
      Directories.syncfs(root);
      return "";
    } catch (IOException unable) {
      return "the filesystem can't be grown here: " + unable.getMessage();
    } finally {
      Mounts.unmount(root);
    }
  }

  /**
   * Closes what a killed run left open on this disk; its loop device then goes by itself. Only for
   * who holds the disk's lock: no other run can be using it.
   *
   * @param disk its real path
   */
  static void closeLeftOpen(Path disk) throws IOException {
    String name = nameFor(disk);
    if (MappedVolume.isOpen(name)) {
      MappedVolume.close(name);
    }
  }

  /**
   * The same in every run on this disk. Told by the path, since sysfs does not tell it: the loop
   * device of a run that is dead names its file as that run's mount namespace did, which is gone.
   */
  private static String nameFor(Path disk) {
    return NAME_PREFIX
        + Digest.of(disk.toString().getBytes(StandardCharsets.UTF_8))
            .hex()
            .substring(0, NAME_DIGITS);
  }
}
