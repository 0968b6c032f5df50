package dev.lockstep.installer.partition;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A block device or an image file. Reading back goes around the page cache where the medium allows
 * it (O_DIRECT), since a comparison with the cache would only compare what we wrote with what we
 * wrote.
 */
final class FileMedium implements Medium {
  /** What O_DIRECT transfers are aligned to: enough for every sector size in use. */
  private static final int DIRECT_ALIGNMENT = 4096;

  private final Path path;
  private final FileChannel channel;
  private final FileChannel uncached;
  private final boolean direct;

  private FileMedium(Path path, FileChannel channel, FileChannel uncached, boolean direct) {
    this.path = path;
    this.channel = channel;
    this.uncached = uncached;
    this.direct = direct;
  }

  static Medium open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return withUncached(path, channel);
  }

  static Medium openReadOnly(Path path) throws IOException {
    return withUncached(path, FileChannel.open(path, StandardOpenOption.READ));
  }

  private static Medium withUncached(Path path, FileChannel channel) {
    try {
      FileChannel uncached = FileChannel.open(path, StandardOpenOption.READ, directOption());
      return new FileMedium(path, channel, uncached, true);
    } catch (IOException | UnsupportedOperationException e) {
      // tmpfs, for one, has no O_DIRECT, and no medium behind its cache either.
      return new FileMedium(path, channel, channel, false);
    }
  }

  /**
   * com.sun.nio.file.ExtendedOpenOption.DIRECT, by name: the compiler warns of the package, though
   * jdk.unsupported exports it.
   */
  private static OpenOption directOption() {
    try {
      for (Object option :
          Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
        if (option.toString().equals("DIRECT")) {
          return (OpenOption) option;
        }
      }
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException(
          "this Java runtime was built without jdk.unsupported", e);
    }
    throw new UnsupportedOperationException("this Java runtime has no O_DIRECT");
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long sizeBytes() throws IOException {
    return channel.size();
  }

  @Override
  public byte[] read(long offsetBytes, int lengthBytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bounded(lengthBytes));
    readFully(channel, buffer, offsetBytes);
    return buffer.array();
  }

  @Override
  public byte[] readBack(long offsetBytes, int lengthBytes) throws IOException {
    if (!direct) {
      return read(offsetBytes, lengthBytes);
    }
    bounded(lengthBytes);
    long start = offsetBytes - offsetBytes % DIRECT_ALIGNMENT;
    int before = (int) (offsetBytes - start);
    int window =
        (before + lengthBytes + DIRECT_ALIGNMENT - 1) / DIRECT_ALIGNMENT * DIRECT_ALIGNMENT;
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(window + DIRECT_ALIGNMENT).alignedSlice(DIRECT_ALIGNMENT);
    buffer.limit(window);
    int read = 0;
    while (read < before + lengthBytes) {
      int count = uncached.read(buffer, start + read);
      if (count <= 0) {
        throw new EOFException(
            "%s ends within [%d, %d)".formatted(path, offsetBytes, offsetBytes + lengthBytes));
      }
      read += count;
    }
    byte[] bytes = new byte[lengthBytes];
    buffer.get(before, bytes);
    return bytes;
  }

  @Override
  public void write(long offsetBytes, byte[] bytes) throws IOException {
    bounded(bytes.length);
    if (offsetBytes < 0 || offsetBytes + bytes.length > sizeBytes()) {
      throw new EOFException(
          "a write of %d bytes at %d would leave %s".formatted(bytes.length, offsetBytes, path));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, offsetBytes + buffer.position());
    }
  }

  @Override
  public void flush() throws IOException {
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    try (channel;
        uncached) {
      return;
    }
  }

  private void readFully(FileChannel from, ByteBuffer buffer, long offsetBytes) throws IOException {
    while (buffer.hasRemaining()) {
      if (from.read(buffer, offsetBytes + buffer.position()) < 0) {
        throw new EOFException(
            "%s ends at %d bytes, before the range that was to be read"
                .formatted(path, sizeBytes()));
      }
    }
  }

  private static int bounded(int lengthBytes) {
    if (lengthBytes < 0 || lengthBytes > MAX_TRANSFER_BYTES) {
      throw new IllegalArgumentException(
          "a transfer of %d bytes is more than the %d allowed"
              .formatted(lengthBytes, MAX_TRANSFER_BYTES));
    }
    return lengthBytes;
  }
}
