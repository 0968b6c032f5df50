package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Growth of a mounted filesystem, by the kernel's own calls: an initrd needs none of the
 * filesystems' tools for it. Each is a transaction of the filesystem: a power cut leaves the old
 * size or a new one. To grow to the size that is there already changes nothing.
 */
public final class FilesystemGrowth {
  /** _IOW('f', 16, __u64): the number of blocks wanted (fs/ext4/ext4.h). */
  private static final long EXT4_IOC_RESIZE_FS = 0x4008_6610L;

  /** _IOW('X', 110, struct xfs_growfs_data) (fs/xfs/libxfs/xfs_fs.h). */
  private static final long XFS_IOC_FSGROWFSDATA = 0x4010_586eL;

  /** _IOW(0x94, 3, struct btrfs_ioctl_vol_args) (linux/btrfs.h). */
  private static final long BTRFS_IOC_RESIZE = 0x5000_9403L;

  private FilesystemGrowth() {}

  /** ext4; the kernel leaves a last block group off that is too small to use. */
  public static void ext4(Path mountPoint, long blocks) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocateFrom(ValueLayout.JAVA_LONG, blocks);
      call(mountPoint, "EXT4_IOC_RESIZE_FS", EXT4_IOC_RESIZE_FS, wanted);
    }
  }

  /**
   * XFS.
   *
   * <pre>
   *  struct xfs_growfs_data, 16 bytes
   *  byte  0  u64 newblocks   of the whole filesystem
   *  byte  8  u32 imaxpct     how much of it inodes may take; another value would change it
   * </pre>
   *
   * @param inodePercent as the superblock has it
   */
  public static void xfs(Path mountPoint, long blocks, int inodePercent) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocate(16, Long.BYTES);
      wanted.set(ValueLayout.JAVA_LONG, 0, blocks);
      wanted.set(ValueLayout.JAVA_INT, 8, inodePercent);
      call(mountPoint, "XFS_IOC_FSGROWFSDATA", XFS_IOC_FSGROWFSDATA, wanted);
    }
  }

  /**
   * btrfs, to the end of its device.
   *
   * <pre>
   *  struct btrfs_ioctl_vol_args, 4096 bytes
   *  byte  0  s64 fd
   *  byte  8  char name[4088]   "max"
   * </pre>
   */
  public static void btrfs(Path mountPoint) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment wanted = arena.allocate(4096, Long.BYTES);
      wanted.setString(Long.BYTES, "max", StandardCharsets.US_ASCII);
      call(mountPoint, "BTRFS_IOC_RESIZE", BTRFS_IOC_RESIZE, wanted);
    }
  }

  private static void call(Path mountPoint, String name, long request, MemorySegment argument)
      throws IOException {
    try (Descriptor folder =
        Descriptor.open(mountPoint, Descriptor.O_RDONLY | Descriptor.O_DIRECTORY)) {
      folder.ioctl(name, request, argument);
    }
  }
}
