package dev.lockstep.initrd.runner;

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

/** How the recovery key leaves our hands: a file on a medium of the operator's. */
public final class RecoveryKeyHandover {

  private static final int LONGEST_KEY_BYTES = 4096;

  private final Path file;
  private final boolean handedOverBefore;

  /**
   * Where the key goes.
   *
   * @param handedOverBefore whether this journal tells of an earlier try: only then a key that is
   *     there is replaced, since it may be the only key of another disk
   */
  public RecoveryKeyHandover(Path file, boolean handedOverBefore) {
    this.file = file.toAbsolutePath();
    this.handedOverBefore = handedOverBefore;
  }

  /** Whether there is no such file, or one that this journal says was put there by us. */
  public boolean mayWrite() {
    return handedOverBefore || !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Writes the key, durably, readable by its owner only, and reads it back from the medium. An
   * earlier try's key is replaced: its header was thrown away with it.
   *
   * @return where, in words
   */
  String handOver(Secret key) throws IOException {
    Path folder = file.getParent();
    if (!mayWrite()) {
      throw new IOException(file + " exists; it may be another disk's recovery key: name another");
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
    Directories.fsync(folder); // a key whose name a cut takes away was not handed over
    if (!readBack(key.length()).sameAs(key)) {
      throw new IOException("the recovery key in " + file + " reads back otherwise");
    }
    return "file " + file.getFileName();
  }

  private Secret readBack(int length) throws IOException {
    try (BlockDeviceFile open = BlockDeviceFile.open(file, Access.READ_ONLY)) {
      Secret secret = Secret.allocate(length);
      open.readBack(0, secret.buffer());
      return secret;
    }
  }

  /** The key that was handed over, where the medium is still there. */
  Option<Secret> recall() throws IOException {
    return Files.isRegularFile(file)
        ? Option.some(Secret.readFrom(file, LONGEST_KEY_BYTES))
        : Option.none();
  }
}
