package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.source.SourceContent;
import dev.lockstep.statemachine.geometry.Ext4Geometry;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Makes an ext4 filesystem in a sparse file, filled from a directory with neither mount nor root.
 *
 * <p>What {@code mke2fs -d} (1.47.0) does with the source: regular files, directories, symbolic
 * links, hard links, device nodes, FIFOs and sockets are all taken over, with mode, owner, extended
 * attributes and modification time (whole seconds). It does not take over mode, owner and
 * attributes of the topmost directory itself; {@link RootImage} sets the first two. Blocks of zeros
 * become holes.
 *
 * <p>{@code -E offset=} does work together with {@code -d}; a file of its own is used all the same,
 * so that a half-made filesystem is never on the disk, and so that what lands on the disk can be
 * compared with what was meant.
 *
 * @param sizeBytes whole blocks; mke2fs may leave off a last block group that is too small to use
 * @param finalBytes size it is to grow to one day: room for the group descriptors is set aside
 * @param inodes at least so many
 */
record Ext4Image(
    long sizeBytes, long finalBytes, long inodes, String label, UUID uuid, UUID hashSeed) {
  static final int BLOCK_BYTES = 4096;
  static final String MKE2FS_CONFIG = "mke2fs.conf";

  static final int INODE_BYTES = 256;
  private static final long BYTES_PER_INODE = 16 * 1024;

  /**
   * Named one by one, so that the host's mke2fs.conf has no say. No orphan_file, no
   * metadata_csum_seed: kernel 5.15+, GRUB.
   */
  private static final String FEATURES =
      "none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum";

  private static final String CONFIG =
      "[defaults]\n\tdefault_mntopts = acl,user_xattr\n\tenable_periodic_fsck = 0\n";

  Ext4Image {
    if (sizeBytes <= 0 || sizeBytes % BLOCK_BYTES != 0 || finalBytes < sizeBytes) {
      throw new IllegalArgumentException(
          "an ext4 filesystem has whole blocks of 4 KiB and grows, if at all");
    }
  }

  /** Makes the filesystem; what was in the file before is gone. The left side is one sentence. */
  Either<String, Ext4Geometry> make(Tools tools, Path image, Option<Path> content)
      throws IOException {
    Files.writeString(tools.workDirectory().resolve(MKE2FS_CONFIG), CONFIG);
    SparseFile.create(image, sizeBytes);
    List<String> command =
        new ArrayList<>(List.of("mke2fs", "-q", "-F", "-t", "ext4", "-O", FEATURES));
    command.addAll(
        List.of(
            "-b",
            String.valueOf(BLOCK_BYTES),
            "-I",
            String.valueOf(INODE_BYTES),
            "-N",
            String.valueOf(inodes),
            "-m",
            "0"));
    command.addAll(
        List.of(
            "-J",
            "size=" + journalMib(sizeBytes),
            "-L",
            label,
            "-U",
            uuid.toString(),
            "-E",
            extendedOptions()));
    content.forEach(
        directory -> command.addAll(List.of("-d", directory.toAbsolutePath().toString())));
    command.addAll(List.of(image.toString(), String.valueOf(sizeBytes / BLOCK_BYTES)));
    return tools.run(command).flatMap(done -> geometry(image)).flatMap(this::asPlanned);
  }

  /**
   * Settles what an edit left behind, then checks everything, changing nothing: any complaint is a
   * failure.
   */
  static Either<String, Tools.Output> check(Tools tools, Path image) throws IOException {
    Either<String, Tools.Output> settled =
        tools.run(List.of("e2fsck", "-f", "-p", image.toString()), Set.of(0, 1));
    return settled.isLeft() ? settled : tools.run(List.of("e2fsck", "-f", "-n", image.toString()));
  }

  /**
   * How many inodes are in use: mke2fs takes them one after the other, so this is also the last one
   * used.
   */
  static long usedInodes(Path image) throws IOException {
    try (Medium file = Medium.openReadOnly(image)) {
      ByteBuffer superblock = ByteBuffer.wrap(file.read(1024, 1024)).order(ByteOrder.LITTLE_ENDIAN);
      return Integer.toUnsignedLong(superblock.getInt(0))
          - Integer.toUnsignedLong(superblock.getInt(0x10));
    }
  }

  /** Reads the superblock of a filesystem in a file. */
  static Either<String, Ext4Geometry> geometry(Path image) {
    try (InputStream in = Files.newInputStream(image)) {
      return geometry(in.readNBytes(FilesystemGeometry.HEAD_BYTES));
    } catch (IOException e) {
      return Either.left("%s can't be read: %s".formatted(image, e.getMessage()));
    }
  }

  /** Reads the superblock off the first bytes of a partition. */
  static Either<String, Ext4Geometry> geometry(byte[] head) {
    return switch (FilesystemGeometry.read(head)) {
      case Ext4Geometry ext4 -> Either.right(ext4);
      case FilesystemGeometry.Known other ->
          Either.left("the filesystem made is %s, not ext4".formatted(other.type()));
      case FilesystemGeometry.Unknown unknown ->
          Either.left("the filesystem made can't be read back: " + unknown.reason());
    };
  }

  /**
   * What a root of this size has: enough for its content, a quarter more, and what mke2fs likes.
   */
  static long inodes(SourceContent content, long bytes) {
    return Math.max(content.inodes() + content.inodes() / 4 + 1024, bytes / BYTES_PER_INODE);
  }

  /** As mke2fs chooses by default, up to 64 MiB: in MiB. */
  static long journalMib(long sizeBytes) {
    if (sizeBytes < 128 * DiskLayout.MIB) {
      return 4;
    }
    return sizeBytes < 1024 * DiskLayout.MIB ? 16 : 64;
  }

  private Either<String, Ext4Geometry> asPlanned(Ext4Geometry made) {
    boolean asPlanned =
        made.uuid().equals(uuid)
            && made.endsBy(sizeBytes)
            && made.blockBytes() == BLOCK_BYTES
            && made.state() == Ext4Geometry.State.CLEAN;
    return asPlanned
        ? Either.right(made)
        : Either.left("mke2fs made another filesystem than it was asked for: " + made);
  }

  private String extendedOptions() {
    // Not lazy: the kernel would otherwise write inode tables behind the back of a running
    // conversion.
    String options =
        "hash_seed="
            + hashSeed
            + ",lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0,nodiscard";
    return finalBytes > sizeBytes ? options + ",resize=" + finalBytes / BLOCK_BYTES : options;
  }
}
