package dev.lockstep.initrd.syscall;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Something with a size whose bytes can be read at any offset: a device, a file, an array. */
public interface RandomReader {
  /** The size in bytes. */
  long sizeBytes() throws IOException;

  /**
   * Fills the whole of {@code target} from {@code offsetBytes} on.
   *
   * @throws IOException when a byte can't be read, or the range ends past {@link #sizeBytes}
   */
  void readFully(long offsetBytes, ByteBuffer target) throws IOException;

  /** The same over bytes in memory. */
  static RandomReader of(byte[] bytes) {
    return new RandomReader() {
      @Override
      public long sizeBytes() {
        return bytes.length;
      }

      @Override
      public void readFully(long offsetBytes, ByteBuffer target) throws IOException {
        if (offsetBytes < 0 || offsetBytes > bytes.length - target.remaining()) {
          throw new IOException("read past the end at byte " + offsetBytes);
        }
        target.put(bytes, (int) offsetBytes, target.remaining());
      }
    };
  }
}
