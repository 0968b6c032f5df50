package dev.lockstep.initrd.progress;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes on a thread of its own, and drops what nobody takes: a reader that hangs must not keep the
 * conversion.
 */
public final class DetachedOutput extends OutputStream {
  private static final int MOST_PIECES = 1_000;
  private static final long PATIENCE_MILLIS = 1_000;

  /** Nothing to write: nothing more will come. */
  private static final byte[] END = {};

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(MOST_PIECES);
  private final Thread writer;

  public DetachedOutput(OutputStream target) {
    writer = new Thread(() -> writeAll(target), "progress output");
    writer.setDaemon(true);
    writer.start();
  }

  private void writeAll(OutputStream target) {
    try (target) {
      for (byte[] piece = pieces.take(); piece.length > 0; piece = pieces.take()) {
        target.write(piece);
        target.flush();
      }
    } catch (IOException readerGone) {
      pieces.clear(); // and from now on they are dropped
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void write(int single) {
    write(new byte[] {(byte) single}, 0, 1);
  }

  /** Takes the bytes, or drops them. */
  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length > 0) {
      boolean _ = pieces.offer(Arrays.copyOfRange(bytes, offset, offset + length));
    }
  }

  /** Gives the reader a second to take what is left. */
  @Override
  public void close() {
    try {
      boolean taken = pieces.offer(END, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      if (taken) {
        writer.join(PATIENCE_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
