package dev.lockstep.installer.source;

import io.vavr.control.Either;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks at every file of a source tree once, following no symbolic link and crossing no mount
 * point.
 */
final class TreeWalk {
  /** More than any operating system image has: a bound against a tree without end. */
  static final long MAX_INODES = 20_000_000;

  private static final int MAX_DEPTH = 256;
  private static final int BLOCK_BYTES = 4096;
  private static final int INLINE_LINK_BYTES = 60; // ext4 keeps shorter symbolic links in the inode
  private static final int TYPE_MASK = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int SYMBOLIC_LINK = 0120000;

  private final Path root;
  private final Object device;
  private final Set<Long> linkedInodes = new HashSet<>();
  private final List<SourceContent.BootPath> bootPaths = new ArrayList<>();
  private long blocks;
  private long inodes;

  private TreeWalk(Path root, Object device) {
    this.root = root;
    this.device = device;
  }

  /** A refusal, carried out of the recursion. */
  private static final class Refused extends Exception {
    Refused(String sentence) {
      super(sentence, null, false, false);
    }
  }

  static Either<String, SourceContent> of(Path root) throws IOException {
    TreeWalk walk = new TreeWalk(root, attributes(root).get("dev"));
    try {
      walk.directory(root, 0);
    } catch (Refused refusal) {
      return Either.left(refusal.getMessage());
    }
    return Either.right(
        new SourceContent(
            walk.blocks,
            walk.inodes,
            walk.bootPaths,
            isDirectory(root, "boot"),
            isDirectory(root, "efi"),
            isDirectory(root, "etc")));
  }

  static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(
        path, "unix:dev,ino,mode,nlink,size,uid,gid", LinkOption.NOFOLLOW_LINKS);
  }

  private void directory(Path directory, int depth) throws IOException, Refused {
    if (depth > MAX_DEPTH) {
      throw new Refused(
          "the source tree is nested deeper than %d directories".formatted(MAX_DEPTH));
    }
    long entryBytes = 32; // "." and ".." and the checksum
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        entryBytes +=
            8
                + (child.getFileName().toString().length()
                    * 3L); // a name's bytes are at most thrice its characters
        visit(child, depth);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    blocks += Math.max(1, (entryBytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
  }

  private void visit(Path path, int depth) throws IOException, Refused {
    Map<String, Object> attributes = attributes(path);
    if (!attributes.get("dev").equals(device)) {
      throw new Refused(
          "something is mounted on %s; unmount it, or give a tree without mounts".formatted(path));
    }
    if (++inodes > MAX_INODES) {
      throw new Refused("the source tree has more than %d files".formatted(MAX_INODES));
    }
    int type = (int) attributes.get("mode") & TYPE_MASK;
    boolean again =
        type != DIRECTORY
            && (int) attributes.get("nlink") > 1
            && !linkedInodes.add((long) attributes.get("ino"));
    if (again) {
      inodes--;
    } else if (type == DIRECTORY) {
      directory(path, depth + 1);
    } else if (type == REGULAR
        || (type == SYMBOLIC_LINK && (long) attributes.get("size") >= INLINE_LINK_BYTES)) {
      blocks += ((long) attributes.get("size") + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }
    rememberBootPath(path, type == DIRECTORY);
  }

  private void rememberBootPath(Path path, boolean directory) throws Refused {
    Path relative = root.relativize(path);
    if (relative.getNameCount() < 2 || !relative.getName(0).toString().equals("boot")) {
      return;
    }
    String text = relative.toString();
    if (text.chars().anyMatch(c -> c == '"' || c == 0xFFFD || Character.isISOControl(c))
        || text.length() > 1000) {
      throw new Refused(
          "a file below %s has a name that can't be handled; rename or remove it"
              .formatted(root.resolve("boot")));
    }
    bootPaths.add(new SourceContent.BootPath("/" + text, directory));
  }

  private static boolean isDirectory(Path root, String name) {
    return Files.isDirectory(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
  }
}
