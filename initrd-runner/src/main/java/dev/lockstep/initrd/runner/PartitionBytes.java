package dev.lockstep.initrd.runner;

import dev.lockstep.initrd.syscall.BlockDeviceFile;
import dev.lockstep.initrd.syscall.ErrnoException;
import dev.lockstep.initrd.syscall.RandomReader;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.SwapPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The bytes of one partition, or of a window over its first ones. Every read goes to the medium,
 * past the page cache, so that reading back proves something.
 *
 * @param disk the whole disk
 * @param offsetBytes where the partition begins
 * @param sizeBytes nothing behind it is ever touched
 */
public record PartitionBytes(BlockDeviceFile disk, long offsetBytes, long sizeBytes)
    implements SwapPartition, RandomReader {

  /** The first bytes only. */
  PartitionBytes window(long windowBytes) {
    if (windowBytes > sizeBytes) {
      throw new IllegalArgumentException("the window is larger than the partition");
    }
    return new PartitionBytes(disk, offsetBytes, windowBytes);
  }

  @Override
  public void read(long atBytes, byte[] into) throws IOException {
    readFully(atBytes, ByteBuffer.wrap(into));
  }

  @Override
  public void readFully(long atBytes, ByteBuffer target) throws IOException {
    requireWithin(atBytes, target.remaining());
    disk.readBack(offsetBytes + atBytes, target);
  }

  @Override
  public Digest digest(long atBytes, long lengthBytes) throws IOException {
    requireWithin(atBytes, lengthBytes);
    MessageDigest running = Digest.sha256();
    disk.digestBack(offsetBytes + atBytes, lengthBytes, running);
    return Digest.finish(running, new byte[0]);
  }

  @Override
  public void write(long atBytes, byte[] data) throws IOException {
    requireWithin(atBytes, data.length);
    disk.writeFully(offsetBytes + atBytes, ByteBuffer.wrap(data));
  }

  /** Durable and read back from the medium when this returns. */
  void writeProven(long atBytes, byte[] data) throws IOException {
    write(atBytes, data);
    flush();
    byte[] stored = new byte[data.length];
    read(atBytes, stored);
    if (!Arrays.equals(stored, data)) {
      throw new IOException("what was written at byte " + atBytes + " does not read back");
    }
  }

  /** Whatever the device objects to, it is a courtesy: nothing rests on it. */
  @Override
  public boolean discard(long atBytes, long lengthBytes) throws IOException {
    requireWithin(atBytes, lengthBytes);
    try {
      disk.discard(offsetBytes + atBytes, lengthBytes);
      return true;
    } catch (ErrnoException refused) {
      return false;
    }
  }

  @Override
  public void scramble(long atBytes, int lengthBytes) throws IOException {
    requireWithin(atBytes, lengthBytes);
    Noise noise = Noise.fresh();
    noise.writeTo(disk, offsetBytes + atBytes, lengthBytes);
    disk.flush(); // or the read-back would prove the cache
    noise.requireAt(disk, offsetBytes + atBytes, lengthBytes);
  }

  @Override
  public void zero(long atBytes, long lengthBytes) throws IOException {
    requireWithin(atBytes, lengthBytes);
    disk.zero(offsetBytes + atBytes, lengthBytes);
  }

  @Override
  public void flush() throws IOException {
    disk.flush();
  }

  private void requireWithin(long atBytes, long lengthBytes) throws IOException {
    if (atBytes < 0 || lengthBytes < 0 || atBytes > sizeBytes - lengthBytes) {
      throw new IOException(
          lengthBytes + " bytes at " + atBytes + " lie outside the window of " + sizeBytes);
    }
  }
}
