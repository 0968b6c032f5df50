package dev.lockstep.journal.scan;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what the medium holds, not what the page cache remembers: after a failed flush the two
 * differ, and the cache says that all is well. Uses direct I/O (open(2), O_DIRECT) where the
 * filesystem has it (ext4, XFS, btrfs, vfat), plain reads where it has not (tmpfs, some overlays).
 */
public final class MediumChannel implements AutoCloseable {
  private static final Optional<OpenOption> DIRECT = directOption();

  private final FileChannel channel;
  private final MediumBuffer buffer;
  private final int alignmentBytes;

  private MediumChannel(FileChannel channel, MediumBuffer buffer, int alignmentBytes) {
    this.channel = channel;
    this.buffer = buffer;
    this.alignmentBytes = alignmentBytes;
  }

  /** Opens {@code file} with memory of its own to read into. */
  public static MediumChannel open(Path file) throws IOException {
    return open(file, new MediumBuffer(file, Arena.ofAuto()));
  }

  /**
   * Opens {@code file}.
   *
   * @param buffer for its filesystem
   */
  static MediumChannel open(Path file, MediumBuffer buffer) throws IOException {
    if (DIRECT.isEmpty()) {
      return plain(file, buffer);
    }
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, DIRECT.get());
      return probed(channel, buffer, file);
    } catch (IOException | UnsupportedOperationException noDirectAccess) {
      return plain(file, buffer);
    }
  }

  /**
   * Module jdk.unsupported has it; by name, as the compiler warns of every mention and can't be
   * told not to.
   */
  private static Optional<OpenOption> directOption() {
    try {
      return Arrays.stream(Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
          .map(OpenOption.class::cast)
          .filter(option -> option.toString().equals("DIRECT"))
          .findFirst();
    } catch (ClassNotFoundException runtimeWithoutIt) {
      return Optional.empty();
    }
  }

  /** Some filesystems take the flag at open and refuse the read. */
  private static MediumChannel probed(FileChannel direct, MediumBuffer buffer, Path file)
      throws IOException {
    MediumChannel medium = new MediumChannel(direct, buffer, buffer.blockBytes());
    try {
      medium.readAligned(0, buffer.blockBytes());
      return medium;
    } catch (IOException refused) {
      direct.close();
      return plain(file, buffer);
    }
  }

  private static MediumChannel plain(Path file, MediumBuffer buffer) throws IOException {
    return new MediumChannel(
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), buffer, 1);
  }

  public long sizeBytes() throws IOException {
    return channel.size();
  }

  /** The bytes from {@code offset}: {@code length} of them, or fewer at the end of the file. */
  public byte[] read(int offset, int length) throws IOException {
    ByteBuffer found = find(offset, length);
    byte[] bytes = new byte[found.remaining()];
    found.get(bytes);
    return bytes;
  }

  /**
   * The same, into an array.
   *
   * @return how many there were
   */
  int read(int offset, byte[] into, int at, int length) throws IOException {
    ByteBuffer found = find(offset, length);
    int available = found.remaining();
    found.get(into, at, available);
    return available;
  }

  /** Whether the file has just these bytes at {@code offset}. */
  public boolean holds(int offset, byte[] expected) throws IOException {
    return find(offset, expected.length).equals(ByteBuffer.wrap(expected));
  }

  /** Valid until the next read. */
  private ByteBuffer find(int offset, int length) throws IOException {
    int start = offset / alignmentBytes * alignmentBytes;
    int end = Math.ceilDiv(offset + length, alignmentBytes) * alignmentBytes;
    ByteBuffer aligned = readAligned(start, end - start);
    int from = Math.min(offset - start, aligned.limit());
    return aligned.limit(Math.min(from + length, aligned.limit())).position(from);
  }

  private ByteBuffer readAligned(int start, int length) throws IOException {
    ByteBuffer memory = buffer.first(length);
    while (memory.hasRemaining()) {
      int read = channel.read(memory, (long) start + memory.position());
      if (read < 0) {
        break;
      }
      if (read % alignmentBytes != 0) {
        break; // a short direct read ends at the end of the file
      }
    }
    return memory.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
