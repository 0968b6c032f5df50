package dev.lockstep.statemachine.port;

import java.io.IOException;
import java.security.MessageDigest;

/**
 * The window over the root partition's first bytes: what is converted, and nothing behind it.
 *
 * <p>Reads return what the medium holds, not a cache of it, so that a read-back proves something.
 */
public interface Volume {

  /** A run of bytes is read in pieces of this size, so that memory is bounded. */
  int PIECE_BYTES = 1 << 20;

  /** Fills {@code into} from {@code offsetBytes}. */
  void read(long offsetBytes, byte[] into) throws IOException;

  /** What a run of bytes digests to. */
  default Digest digest(long offsetBytes, long lengthBytes) throws IOException {
    MessageDigest running = Digest.sha256();
    for (long at = 0; at < lengthBytes; at += PIECE_BYTES) {
      byte[] piece = new byte[(int) Math.min(PIECE_BYTES, lengthBytes - at)];
      read(offsetBytes + at, piece);
      running.update(piece);
    }
    return Digest.finish(running, new byte[0]);
  }

  void write(long offsetBytes, byte[] data) throws IOException;

  /**
   * Tells the device that nobody needs these bytes. Afterwards it gives back what it likes: the old
   * bytes, zeros, or something else.
   *
   * @return false where it takes no such word; then they are as they were
   */
  boolean discard(long offsetBytes, long lengthBytes) throws IOException;

  /**
   * Overwrites with bytes that nobody can tell from an encrypted volume's, flushes, and reads back
   * what is on the medium.
   *
   * @throws IOException it could not be written, or something else was read back
   */
  void scramble(long offsetBytes, int lengthBytes) throws IOException;

  /**
   * Everything written so far is on the medium when this returns.
   *
   * @throws IOException what was written since the last flush may be lost: never retried
   */
  void flush() throws IOException;
}
