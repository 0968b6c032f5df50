package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.boot.Fstab;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files of a mounted root, changed so that a cut leaves the old or the new. It may be anybody's.
 */
final class RootFiles {

  static final Path CRYPTTAB = Path.of("etc", "crypttab");
  static final Path FSTAB = Path.of("etc", "fstab");

  private RootFiles() {}

  static Crypttab crypttab(Path root) throws IOException {
    return Crypttab.parse(text(root, CRYPTTAB))
        .getOrElseThrow(
            fault -> new IOException("/etc/crypttab of the root can't be read: " + fault));
  }

  static Fstab fstab(Path root) throws IOException {
    return Fstab.parse(text(root, FSTAB))
        .getOrElseThrow(fault -> new IOException("/etc/fstab of the root can't be read: " + fault));
  }

  /** Empty where there is none. */
  private static String text(Path root, Path name) throws IOException {
    Path file = root.resolve(name);
    if (Files.isSymbolicLink(file.getParent())) {
      throw new IOException("/" + name.getParent() + " of the root is a symbolic link");
    }
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return "";
    }
    // A pipe would be waited for without end.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > Crypttab.MAX_LENGTH) {
      throw new IOException(
          "/" + name + " of the root is no plain file, or far too long; put a plain file there");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException otherCharset) {
      throw new IOException(
          "/" + name + " of the root is not UTF-8; convert it, for example with iconv",
          otherCharset);
    }
  }

  /** Replaced, unless it is so already, and read back. */
  static void put(Path root, Path name, String text) throws IOException {
    Path file = root.resolve(name);
    if (!text.equals(text(root, name))) {
      replace(file, text);
    }
    if (!text.equals(text(root, name))) {
      throw new IOException("/" + name + " reads back otherwise than it was written");
    }
  }

  /** As it was before a file of ours was there: one that is empty goes. */
  static void putBack(Path root, Path name, String text) throws IOException {
    if (text.isEmpty()) {
      remove(root.resolve(name));
    } else {
      put(root, name, text);
    }
  }

  /** Real folders: a symbolic link in somebody's root must not lead us out of it. */
  static void makeFolders(Path root, Path folders) throws IOException {
    Path parent = root;
    for (Path name : folders) {
      Path folder = parent.resolve(name);
      if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(folder);
        Directories.fsync(parent);
      }
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new IOException(
            name + " in the root is no folder, so nothing can be written into it");
      }
      parent = folder;
    }
  }

  /** What a cut may leave. */
  static Path fresh(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".lockstep");
  }

  /** Old or new at any instant: both are whole before the rename. Mode and labels stay. */
  static void replace(Path file, String text) throws IOException {
    Path fresh = fresh(file);
    Files.deleteIfExists(fresh);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      Files.copy(file, fresh, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    }
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        int _ = channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Directories.fsync(file.getParent());
  }

  static void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      Directories.fsync(file.getParent());
    }
  }

  static void removeIfEmpty(Path folder) throws IOException {
    try {
      remove(folder);
    } catch (DirectoryNotEmptyException somebodyElseUsesIt) {
      // Then it was not only ours.
    }
  }
}
