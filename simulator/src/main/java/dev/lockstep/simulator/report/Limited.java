package dev.lockstep.simulator.report;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends in a sentence where a file is longer than it can be in earnest. */
final class Limited extends FilterInputStream {

  private final long most;
  private long read;

  Limited(InputStream in, long most) {
    super(in);
    this.most = most;
  }

  @Override
  public int read() throws IOException {
    int next = super.read();
    return next < 0 ? next : counted(1, next);
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int got = super.read(into, from, length);
    return got < 0 ? got : counted(got, got);
  }

  private int counted(int bytes, int result) throws IOException {
    read += bytes;
    if (read > most) {
      throw new IOException("the file is longer than " + most + " bytes");
    }
    return result;
  }
}
