package dev.lockstep.journal.scan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
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
  /** At least every block size in use. */
  private static final int ALIGNMENT_BYTES = 4096;

  private final FileChannel channel;
  private final int alignmentBytes;

  private MediumChannel(FileChannel channel, int alignmentBytes) {
    this.channel = channel;
    this.alignmentBytes = alignmentBytes;
  }

  public static MediumChannel open(Path file) throws IOException {
    Optional<OpenOption> direct = directOption();
    if (direct.isEmpty()) {
      return plain(file);
    }
    try {
      int block = (int) Math.max(ALIGNMENT_BYTES, Files.getFileStore(file).getBlockSize());
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS, direct.get());
      return probed(channel, block, file);
    } catch (IOException | UnsupportedOperationException noDirectAccess) {
      return plain(file);
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
  private static MediumChannel probed(FileChannel direct, int block, Path file) throws IOException {
    MediumChannel medium = new MediumChannel(direct, block);
    try {
      medium.readAligned(0, block);
      return medium;
    } catch (IOException refused) {
      direct.close();
      return plain(file);
    }
  }

  private static MediumChannel plain(Path file) throws IOException {
    return new MediumChannel(
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), 1);
  }

  public long sizeBytes() throws IOException {
    return channel.size();
  }

  /** The bytes from {@code offset}: {@code length} of them, or fewer at the end of the file. */
  public byte[] read(int offset, int length) throws IOException {
    int start = offset / alignmentBytes * alignmentBytes;
    int end = Math.ceilDiv(offset + length, alignmentBytes) * alignmentBytes;
    ByteBuffer aligned = readAligned(start, end - start);
    int available = Math.max(0, Math.min(length, aligned.limit() - (offset - start)));
    byte[] bytes = new byte[available];
    if (available > 0) {
      aligned.get(offset - start, bytes);
    }
    return bytes;
  }

  private ByteBuffer readAligned(int start, int length) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(length + alignmentBytes)
            .alignedSlice(alignmentBytes)
            .limit(length);
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, (long) start + buffer.position());
      if (read < 0) {
        break;
      }
      if (read % alignmentBytes != 0) {
        break; // a short direct read ends at the end of the file
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
