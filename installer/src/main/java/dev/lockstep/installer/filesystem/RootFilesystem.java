package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.source.SourceContent;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the root partition is formatted as, and how small that may be made for a content.
 *
 * <p>All take a file's bytes in blocks of 4 KiB and move nothing smaller, so that the volume can
 * have encryption sectors of that size.
 */
public enum RootFilesystem {
  /** Made and filled without root: mke2fs takes a folder, debugfs edits the result. */
  EXT4("ext4", "mke2fs debugfs e2fsck") {
    @Override
    long bareBytes(SourceContent content) {
      long data = content.blocks() * Ext4Image.BLOCK_BYTES;
      long withTables = data + data / 20 + Ext4Image.inodes(content, data) * Ext4Image.INODE_BYTES;
      return withTables
          + Ext4Image.journalMib(withTables + MARGIN_BYTES) * DiskLayout.MIB
          + MARGIN_BYTES;
    }
  },
  /** Filled through a mount. Never shrinks: it is made as small as it may be. */
  XFS("xfs", "mkfs.xfs xfs_repair cp") {
    @Override
    long bareBytes(SourceContent content) {
      long data = content.blocks() * BLOCK_BYTES;
      return Math.max(
          XfsMaker.MIN_BYTES,
          data
              + data / 10 // extent maps, free space, what reflink sets aside in each group
              + content.inodes() * XfsMaker.INODE_BYTES * 5 / 4 // in chunks of 64
              + XfsMaker.LOG_BYTES
              + MARGIN_BYTES);
    }

    @Override
    long leastBytes(long finalBytes) {
      return finalBytes / XfsMaker.MAX_GROWTH;
    }
  },
  /** Filled through a mount. */
  BTRFS("btrfs", "mkfs.btrfs btrfs cp") {
    @Override
    long bareBytes(SourceContent content) {
      long data = content.blocks() * BLOCK_BYTES;
      // An inode with its names, and a small file's content, lie in the tree; 4 bytes of checksum
      // are there for each block; every node is there twice.
      long metadata = content.inodes() * 4096 + data / 512 + MARGIN_BYTES;
      long all = data + 2 * metadata + 2 * MARGIN_BYTES;
      return all + all / 4; // room is given out in pieces of a tenth of the filesystem
    }
  };

  static final int BLOCK_BYTES = 4096;
  static final long MARGIN_BYTES = 32 * DiskLayout.MIB;

  private static final List<String> PLACES = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final String mountType;
  private final String tools;

  RootFilesystem(String mountType, String tools) {
    this.mountType = mountType;
    this.tools = tools;
  }

  /** As mount(8) calls it. */
  public String mountType() {
    return mountType;
  }

  /** What content and bookkeeping take, with room to work in. */
  abstract long bareBytes(SourceContent content);

  /** The smallest that it may be made if it is to grow to {@code finalBytes} one day. */
  long leastBytes(long finalBytes) {
    return 0;
  }

  /** Why it can't be made here, in one sentence without its full stop. */
  public Option<String> objection() {
    Option<String> missing =
        Option.ofOptional(
                List.of(tools.split(" ", -1)).stream()
                    .filter(tool -> !isInstalled(tool))
                    .findFirst())
            .map(tool -> "an %s root needs %s; install it".formatted(mountType, tool));
    return this == EXT4 || !missing.isEmpty() ? missing : withoutLoopDevice();
  }

  private Option<String> withoutLoopDevice() {
    boolean able =
        "root".equals(System.getProperty("user.name"))
            && Files.exists(Path.of("/dev/loop-control"));
    return Option.when(
        !able,
        () ->
            "an %s root is filled through a loop device, which needs root and /dev/loop-control; run this as root, or take ext4"
                .formatted(mountType));
  }

  private static boolean isInstalled(String tool) {
    return PLACES.stream().anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
  }
}
