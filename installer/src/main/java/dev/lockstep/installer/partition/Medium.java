package dev.lockstep.installer.partition;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The disk that is installed to. An interface, so that the simulator can be one: what is written
 * and flushed in which order is then the installer's own.
 */
public interface Medium extends AutoCloseable {
  /** The most that is read or written at once. */
  int MAX_TRANSFER_BYTES = 16 * 1024 * 1024;

  /** Opens an existing disk or image for reading and writing. */
  static Medium open(Path path) throws IOException {
    return FileMedium.open(path);
  }

  /** Opens an existing disk or image; any write fails. */
  static Medium openReadOnly(Path path) throws IOException {
    return FileMedium.openReadOnly(path);
  }

  /** Where it is, for people. */
  Path path();

  long sizeBytes() throws IOException;

  /** Reads exactly this range, through the page cache. */
  byte[] read(long offsetBytes, int lengthBytes) throws IOException;

  /** Reads exactly this range from the medium itself where that is possible. */
  byte[] readBack(long offsetBytes, int lengthBytes) throws IOException;

  /** Writes; nothing is durable before {@link #flush}. */
  void write(long offsetBytes, byte[] bytes) throws IOException;

  /**
   * Everything written so far is on the medium when this returns. A failure is final: the kernel
   * may have dropped the pages.
   */
  void flush() throws IOException;

  /** Writes, flushes, reads back, compares. */
  default void writeVerified(long offsetBytes, byte[] bytes) throws IOException {
    write(offsetBytes, bytes);
    flush();
    if (!Arrays.equals(bytes, readBack(offsetBytes, bytes.length))) {
      throw new IOException(
          "%s gave back other bytes than were written at %d; the disk is failing, replace it"
              .formatted(path(), offsetBytes));
    }
  }

  @Override
  void close() throws IOException;
}
