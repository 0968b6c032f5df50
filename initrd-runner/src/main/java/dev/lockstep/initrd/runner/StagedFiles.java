package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.statemachine.boot.Crypttab;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Either;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * What the first boot puts into the plain root: a line of crypttab, and a unit that grows the
 * filesystem afterwards. Both can be put in twice, and taken out again.
 */
final class StagedFiles {

  /** Grows the filesystem behind the window; does nothing while the root is still in the clear. */
  private static final String GROWTH_UNIT =
      """
      [Unit]
      Description=Grow the root filesystem into the room that encryption left behind it
      ConditionPathExists=/dev/mapper/root

      [Service]
      Type=oneshot
      ExecStart=/usr/lib/systemd/systemd-growfs /

      [Install]
      WantedBy=multi-user.target
      """;

  private static final String UNIT_NAME = "lockstep-grow.service";
  private static final Path CRYPTTAB = Path.of("etc", "crypttab");
  private static final Path UNITS = Path.of("etc", "systemd", "system");
  private static final Path WANTS = UNITS.resolve("multi-user.target.wants");

  private StagedFiles() {}

  /** Returns the digest of the crypttab that was read back. */
  static Digest putInto(Path root, UUID luksUuid) throws IOException {
    makeFolders(root, WANTS);
    Crypttab wanted = crypttab(root).with(Crypttab.Volume.tpm2Root(luksUuid));
    replace(root.resolve(CRYPTTAB), wanted.text());
    replace(root.resolve(UNITS).resolve(UNIT_NAME), GROWTH_UNIT);
    Path link = root.resolve(WANTS).resolve(UNIT_NAME);
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      Files.createSymbolicLink(link, Path.of("..", UNIT_NAME));
      Directories.fsync(link.getParent());
    }
    byte[] read = Files.readAllBytes(root.resolve(CRYPTTAB));
    if (!wanted.text().equals(new String(read, StandardCharsets.UTF_8))) {
      throw new IOException("/etc/crypttab reads back otherwise than it was written");
    }
    return Digest.of(read);
  }

  /** Whether anything of it is there, whole or in part. */
  static boolean areIn(Path root) throws IOException {
    return hasOurLine(crypttab(root))
        || Files.exists(fresh(root.resolve(CRYPTTAB)), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(root.resolve(UNITS).resolve(UNIT_NAME), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(fresh(root.resolve(UNITS).resolve(UNIT_NAME)), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(root.resolve(WANTS).resolve(UNIT_NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /** Folders and a crypttab that are empty afterwards were made by us, and go too. */
  static void removeFrom(Path root) throws IOException {
    remove(root.resolve(WANTS).resolve(UNIT_NAME));
    remove(root.resolve(UNITS).resolve(UNIT_NAME));
    remove(fresh(root.resolve(UNITS).resolve(UNIT_NAME)));
    remove(fresh(root.resolve(CRYPTTAB)));
    for (Path folder = WANTS; folder.getNameCount() > 1; folder = folder.getParent()) {
      removeIfEmpty(root.resolve(folder));
    }
    Crypttab present = crypttab(root);
    if (!hasOurLine(present)) {
      return;
    }
    String text = present.without(Crypttab.ROOT).text();
    if (text.isEmpty()) {
      remove(root.resolve(CRYPTTAB));
    } else {
      replace(root.resolve(CRYPTTAB), text);
    }
  }

  private static boolean hasOurLine(Crypttab crypttab) {
    return crypttab.volumes().stream().anyMatch(Crypttab.Volume::isTpm2Root);
  }

  private static Crypttab crypttab(Path root) throws IOException {
    Path file = root.resolve(CRYPTTAB);
    boolean odd =
        Files.isSymbolicLink(file)
            || (Files.exists(file) && Files.size(file) > Crypttab.MAX_LENGTH);
    if (odd) {
      throw new IOException("/etc/crypttab of the root is a symbolic link, or far too long");
    }
    String present =
        Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : "";
    Either<String, Crypttab> parsed = Crypttab.parse(present);
    return parsed.getOrElseThrow(
        fault -> new IOException("/etc/crypttab of the root can't be read: " + fault));
  }

  /** Real folders: a symbolic link in somebody's root must not lead us out of it. */
  private static void makeFolders(Path root, Path folders) throws IOException {
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
  private static Path fresh(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".lockstep");
  }

  /** Old or new at any instant: both are whole before the rename. Mode and labels stay. */
  private static void replace(Path file, String text) throws IOException {
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

  private static void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      Directories.fsync(file.getParent());
    }
  }

  private static void removeIfEmpty(Path folder) throws IOException {
    try {
      remove(folder);
    } catch (DirectoryNotEmptyException somebodyElseUsesIt) {
      // Then it was not only ours.
    }
  }
}
