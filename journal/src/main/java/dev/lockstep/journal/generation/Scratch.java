package dev.lockstep.journal.generation;

import static dev.lockstep.journal.generation.JournalFailed.Reason.IN_USE;
import static dev.lockstep.journal.generation.JournalFailed.Reason.NO_ROOM;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A folder in memory (tmpfs) for what Chronicle wants beside the data: its metadata and its locks,
 * which name process numbers and are worthless after a boot. Whatever a killed process left in it
 * is removed. Held by one writer at a time, with a kernel lock that dies with its process and is
 * never waited for.
 */
final class Scratch implements AutoCloseable {
  /** Size of Chronicle's metadata.cq4t. */
  private static final int METADATA_BYTES = 128 * 1024;

  private final Path queue;
  private final FileChannel lockFile;

  private Scratch(Path queue, FileChannel lockFile) {
    this.queue = queue;
    this.lockFile = lockFile;
  }

  /** Takes the folder over, empties it, and makes room for Chronicle's metadata. */
  static Scratch open(Path scratch) throws JournalFailed {
    FileChannel lockFile = lock(scratch);
    try {
      Path queue = scratch.resolve("queue");
      removeAll(queue);
      Files.createDirectory(queue);
      // Preallocated like the data: Chronicle maps it, and a hole in a full tmpfs would kill the
      // process.
      Medium.preallocate(queue.resolve("metadata.cq4t"), METADATA_BYTES);
      return new Scratch(queue, lockFile);
    } catch (IOException failed) {
      closeQuietly(lockFile, failed);
      throw new JournalFailed(
          NO_ROOM,
          "the scratch folder %s can't be prepared: %s".formatted(scratch, failed.getMessage()),
          failed);
    }
  }

  /**
   * Puts {@code file} under the name that Chronicle takes over as it is, instead of making a file
   * of its own.
   */
  void link(String precreatedName, Path file) throws IOException {
    Files.createSymbolicLink(queue.resolve(precreatedName), file.toRealPath());
  }

  Path queue() {
    return queue;
  }

  private static FileChannel lock(Path scratch) throws JournalFailed {
    try {
      Files.createDirectories(scratch);
      FileChannel channel =
          FileChannel.open(
              scratch.resolve("writer.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new JournalFailed(
            IN_USE, "another process is writing this journal (it holds %s)".formatted(scratch));
      }
      return channel;
    } catch (IOException failed) {
      throw new JournalFailed(
          NO_ROOM,
          "the scratch folder %s can't be used: %s".formatted(scratch, failed.getMessage()),
          failed);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  /** Removes the links themselves, never what they point to. */
  private static void removeAll(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failed)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void closeQuietly(FileChannel channel, IOException failed) {
    try {
      channel.close();
    } catch (IOException alsoFailed) {
      failed.addSuppressed(alsoFailed);
    }
  }

  @Override
  public void close() throws IOException {
    removeAll(queue);
    lockFile.close();
  }
}
