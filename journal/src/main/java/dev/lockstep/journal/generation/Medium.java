package dev.lockstep.journal.generation;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** What a journal asks of a filesystem, durable when it returns. */
final class Medium {
  /** One large write makes the appends that follow three times as slow (measured on ext4). */
  private static final int WRITE_BYTES = 4096;

  private Medium() {}

  /**
   * A new file of zeroes whose blocks are all there: a write through a mapping into a hole would
   * kill the process (SIGBUS) when the disk is full. On failure the part that was made is removed.
   */
  static void preallocate(Path file, int bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, CREATE_NEW, WRITE, LinkOption.NOFOLLOW_LINKS)) {
      try {
        ByteBuffer zeroes = ByteBuffer.allocateDirect(WRITE_BYTES);
        for (int written = 0; written < bytes; written += WRITE_BYTES) {
          zeroes.clear().limit(Math.min(WRITE_BYTES, bytes - written));
          while (zeroes.hasRemaining()) {
            channel.write(zeroes);
          }
        }
        channel.force(
            true); // before the first record: it must not lie in blocks that are not the file's yet
      } catch (IOException failed) {
        removeQuietly(file, failed);
        throw failed;
      }
    }
  }

  /** Makes the names in a folder durable; a file whose name is lost is lost. */
  static void forceFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  /** Makes what an earlier process wrote durable, which it may have been killed before it did. */
  static void forceFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ, LinkOption.NOFOLLOW_LINKS)) {
      channel.force(true);
    }
  }

  /**
   * Removes files, each durably before the next, so that a cut leaves the last of them.
   *
   * @param folder where they lie
   */
  static void remove(Path folder, List<Path> files) throws IOException {
    for (Path file : files) {
      if (Files.deleteIfExists(file)) {
        forceFolder(folder);
      }
    }
  }

  private static void removeQuietly(Path file, IOException failed) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException alsoFailed) {
      failed.addSuppressed(alsoFailed);
    }
  }
}
