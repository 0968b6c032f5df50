package dev.lockstep.installer.filesystem;

import dev.lockstep.installer.partition.DiskIds;
import dev.lockstep.installer.partition.DiskLayout;
import dev.lockstep.installer.partition.Extent;
import dev.lockstep.installer.partition.Medium;
import dev.lockstep.installer.source.SourceContent;
import dev.lockstep.installer.source.SourceTree;
import dev.lockstep.statemachine.geometry.Ext4Geometry;
import dev.lockstep.statemachine.geometry.FilesystemGeometry;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * The root filesystem: the source tree without the content of /boot (that goes to the boot
 * partition), with the mount points /boot and /efi. It ends at P - 32 MiB at the latest, P being
 * the partition's size: what lies behind is the room for encryption.
 *
 * <p>For ext4, mke2fs takes the whole tree, and what is below /boot is taken out again before the
 * filesystem reaches the disk: a staging copy would lose owners without root, and would read and
 * write everything once more. XFS and btrfs are filled through a mount ({@link MountedFill}).
 */
public final class RootImage {
  /** How much of the partition the filesystem takes. */
  public enum Size {
    /**
     * Content and margin: encryption then costs what the content costs. The filesystem grows later.
     */
    USED,
    /** All but the reserve. */
    WHOLE
  }

  public static final String LABEL = "root";

  private static final long FIRST_FREE_INODE = 12;

  private RootImage() {}

  /** The smallest filesystem that is made for this content: an estimate with room to work in. */
  public static long neededBytes(SourceContent content, RootFilesystem filesystem) {
    return wholeMib(filesystem.bareBytes(content));
  }

  private static long wholeMib(long bytes) {
    return Math.ceilDiv(bytes, DiskLayout.MIB) * DiskLayout.MIB;
  }

  /** Where the filesystem will lie. */
  public static Either<String, Extent> extent(
      SourceContent content, DiskLayout layout, Size size, RootFilesystem filesystem) {
    long limit = layout.rootFilesystemLimitBytes();
    long needed =
        Math.max(neededBytes(content, filesystem), wholeMib(filesystem.leastBytes(limit)));
    if (needed > limit) {
      return Either.left(
          "the root filesystem needs %d MiB, but only %d MiB of the partition are left beside the encryption reserve"
              .formatted(needed / DiskLayout.MIB, limit / DiskLayout.MIB));
    }
    long bytes =
        switch (size) {
          case USED -> needed;
          case WHOLE -> limit;
        };
    return Either.right(new Extent(layout.root().offsetBytes(), bytes));
  }

  /**
   * Makes the filesystem beside the disk and brings it there. For ext4 the same arguments give the
   * same bytes; the kernel, which fills the others, has clocks of its own. After a cut it is done
   * again in full.
   *
   * @param files put in, in the place of any of the same path; their directory must be in the tree
   *     or is made
   */
  public static Either<String, Placement> install(
      SourceTree tree,
      DiskLayout layout,
      DiskIds ids,
      Size size,
      RootFilesystem filesystem,
      List<FileToInstall> files,
      Medium medium,
      Tools tools)
      throws IOException {
    Either<String, Extent> extent = extent(tree.content(), layout, size, filesystem);
    if (extent.isLeft()) {
      return Either.left(extent.getLeft());
    }
    Path image = tools.workDirectory().resolve("root.img");
    try {
      long sizeBytes = extent.get().sizeBytes();
      Either<String, ?> made =
          switch (filesystem) {
            case EXT4 -> makeExt4(tree, layout, ids, sizeBytes, files, image, tools);
            case XFS ->
                new XfsMaker(sizeBytes, size == Size.USED, LABEL, ids.rootFilesystem())
                    .make(tools, image);
            case BTRFS -> new BtrfsMaker(sizeBytes, LABEL, ids.rootFilesystem()).make(tools, image);
          };
      if (made.isRight() && filesystem != RootFilesystem.EXT4) {
        made = fill(new MountedFill(tree, files, tools), image, filesystem, tools);
      }
      if (made.isLeft()) {
        return Either.left(made.getLeft());
      }
      Placement placed = Placement.place(image, medium, extent.get());
      return reserveIsFree(medium, layout, ids).map(free -> placed);
    } finally {
      Files.deleteIfExists(image);
    }
  }

  /**
   * Reads the superblock off the disk: this filesystem, whole, ending before the reserve. The pair
   * of the check before writing.
   */
  public static Either<String, FilesystemGeometry.Known> reserveIsFree(
      Medium medium, DiskLayout layout, DiskIds ids) throws IOException {
    byte[] head = medium.readBack(layout.root().offsetBytes(), FilesystemGeometry.HEAD_BYTES);
    return switch (FilesystemGeometry.read(head)) {
      case FilesystemGeometry.Known known
          when known.uuid().equals(ids.rootFilesystem())
              && known.endsBy(layout.rootFilesystemLimitBytes()) ->
          Either.right(known);
      case FilesystemGeometry other ->
          Either.left(
              "the root filesystem on %s is not the one installed, or reaches into the encryption reserve: %s"
                  .formatted(medium.path(), other));
    };
  }

  private static Either<String, Tools.Output> fill(
      MountedFill fill, Path image, RootFilesystem filesystem, Tools tools) throws IOException {
    Either<String, Path> filled = fill.into(image, filesystem);
    if (filled.isLeft()) {
      return Either.left(filled.getLeft());
    }
    return filesystem == RootFilesystem.XFS
        ? XfsMaker.check(tools, image)
        : BtrfsMaker.check(tools, image);
  }

  private static Either<String, Ext4Geometry> makeExt4(
      SourceTree tree,
      DiskLayout layout,
      DiskIds ids,
      long sizeBytes,
      List<FileToInstall> files,
      Path image,
      Tools tools)
      throws IOException {
    Ext4Image ext4 =
        new Ext4Image(
            sizeBytes,
            layout.rootFilesystemLimitBytes(),
            Ext4Image.inodes(tree.content(), sizeBytes),
            LABEL,
            ids.rootFilesystem(),
            ids.hashSeed());
    Either<String, Ext4Geometry> made = ext4.make(tools, image, Option.some(tree.root()));
    if (made.isLeft()) {
      return made;
    }
    Ext4Edits edits =
        new Ext4Edits(tools).withoutTracesOfReading(FIRST_FREE_INODE, Ext4Image.usedInodes(image));
    emptyBoot(tree.content(), edits);
    for (FileToInstall file : files) {
      Either<String, Ext4Edits> put = put(tree, file, edits);
      if (put.isLeft()) {
        return Either.left(put.getLeft());
      }
    }
    edits.attributes("/", tree.owner()).modified("/", tree.modified());
    return edits.apply(image).flatMap(checked -> Ext4Image.geometry(image));
  }

  private static void emptyBoot(SourceContent content, Ext4Edits edits) {
    for (SourceContent.BootPath path : content.bootPaths()) {
      if (path.directory()) {
        edits.removeDirectory(path.path());
      } else {
        edits.remove(path.path());
      }
    }
    if (!content.hasBoot()) {
      edits.makeDirectory("/boot", 0755);
    }
    if (!content.hasEfi()) {
      edits.makeDirectory("/efi", 0755);
    }
  }

  private static Either<String, Ext4Edits> put(SourceTree tree, FileToInstall file, Ext4Edits edits)
      throws IOException {
    Path inTree = tree.root().resolve(file.path().substring(1));
    if (!Files.isDirectory(inTree.getParent(), LinkOption.NOFOLLOW_LINKS)) {
      return Either.left(
          "%s can't be written: its directory is missing in the source tree"
              .formatted(file.path()));
    }
    if (Files.exists(inTree, LinkOption.NOFOLLOW_LINKS)) {
      edits.remove(file.path());
    }
    return Either.right(edits.write(file));
  }
}
