package dev.lockstep.statemachine.port;

import java.io.IOException;

/**
 * The window over the root partition's first bytes: what is converted, and nothing behind it.
 *
 * <p>Reads return what the medium holds, not a cache of it, so that a read-back proves something.
 */
public interface Volume {

  /** Fills {@code into} from {@code offsetBytes}. */
  void read(long offsetBytes, byte[] into) throws IOException;

  void write(long offsetBytes, byte[] data) throws IOException;

  /**
   * Everything written so far is on the medium when this returns.
   *
   * @throws IOException what was written since the last flush may be lost: never retried
   */
  void flush() throws IOException;
}
