package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files of some megabytes, in pieces of one: the JDK's own way takes a system call for each 8 KiB
 * it writes, and off the heap as much memory again as it reads.
 */
public final class WholeFile {
  private static final int PIECE_BYTES = 1 << 20;

  private WholeFile() {}

  /** Creates or replaces the file. Nothing is durable yet. */
  public static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        ByteBuffer piece = rest.slice(rest.position(), Math.min(rest.remaining(), PIECE_BYTES));
        rest.position(rest.position() + channel.write(piece));
      }
    }
  }

  /**
   * The file's content, from the page cache.
   *
   * @throws IOException also when it is larger than {@code mostBytes}
   */
  public static byte[] read(Path file, int mostBytes) throws IOException {
    try (BlockDeviceFile open = BlockDeviceFile.open(file, BlockDeviceFile.Access.READ_ONLY)) {
      long sizeBytes = open.sizeBytes();
      if (sizeBytes > mostBytes) {
        throw new IOException(file + " has " + sizeBytes + " bytes, at most " + mostBytes + " fit");
      }
      byte[] content = new byte[(int) sizeBytes];
      open.readFully(0, ByteBuffer.wrap(content));
      return content;
    }
  }
}
