package dev.lockstep.initrd.handover;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.BlockDeviceFile.Access;
import dev.lockstep.initrd.syscall.Directories;
import dev.lockstep.initrd.syscall.Secret;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file on a medium of the operator's. */
final class KeyFile implements Recipient {

  private static final int LONGEST_KEY_BYTES = 4096;

  /** Where the file is, or is to be; a medium may have to be found first. */
  @FunctionalInterface
  interface Where {
    Option<Path> file() throws IOException;
  }

  private final Where where;
  private final Path disk;
  private final OwnKeys ownKeys;

  KeyFile(Where where, Path disk, OwnKeys ownKeys) {
    this.where = where;
    this.disk = disk;
    this.ownKeys = ownKeys;
  }

  @Override
  public Option<String> objection() throws IOException {
    Option<Path> found = where.file();
    if (found.isEmpty()) {
      return Option.some(
          "No removable medium that can be written to is there for the recovery key; connect one.");
    }
    Path file = found.get();
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      return Option.some(
          "The folder of the recovery key's file "
              + file
              + " does not exist or can't be written to; connect the medium or name another.");
    }
    return Option.when(
            !mayWrite(file),
            () ->
                "The recovery key's file "
                    + file
                    + " exists; it may be another disk's recovery key, or another volume's: name"
                    + " another file.")
        .orElse(new KeyPlace(folder, disk).objection());
  }

  /**
   * Whether nothing is lost by it: nothing is there, a key of an earlier try, or what a cut left.
   */
  private boolean mayWrite(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) > LONGEST_KEY_BYTES) {
      return false;
    }
    if (Files.size(file) == 0) {
      return true;
    }
    try (Secret held = Secret.readFrom(file, LONGEST_KEY_BYTES)) {
      return isBlank(held) || ownKeys.isSpent(held);
    }
  }

  /** A size without the content, as filesystems leave it where the power went before a sync. */
  private static boolean isBlank(Secret held) {
    for (ByteBuffer bytes = held.buffer(); bytes.hasRemaining(); ) {
      if (bytes.get() != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the key, durably, readable by its owner only, and reads it back from the medium. An
   * earlier try's key is replaced: its header was thrown away with it.
   */
  @Override
  public String take(Secret key) throws IOException {
    Path file =
        where.file().getOrElseThrow(() -> new IOException("the medium for the key is gone"));
    Option<String> objection = objection(); // the medium may have changed since preflight
    if (objection.isDefined()) {
      throw new IOException(objection.get());
    }
    Files.deleteIfExists(file); // or a link in its place would be followed
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = key.buffer();
      while (bytes.hasRemaining()) {
        int _ = channel.write(bytes);
      }
      channel.force(true);
    }
    Directories.fsync(file.getParent()); // a key whose name a cut takes away was not handed over
    try (Secret written = readBack(file, key.length())) {
      if (!written.sameAs(key)) {
        throw new IOException("the recovery key in " + file + " reads back otherwise");
      }
    }
    return toldAs(file);
  }

  /** In the journal. */
  private static String toldAs(Path file) {
    return "file " + file.getFileName();
  }

  private static Secret readBack(Path file, int length) throws IOException {
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
      Secret secret = Secret.allocate(length);
      open.readBack(0, secret.buffer());
      return secret;
    }
  }

  @Override
  public Option<Secret> recall() throws IOException {
    Option<Path> file = where.file().filter(Files::isRegularFile);
    return file.isDefined()
        ? Option.some(Secret.readFrom(file.get(), LONGEST_KEY_BYTES))
        : Option.none();
  }
}
