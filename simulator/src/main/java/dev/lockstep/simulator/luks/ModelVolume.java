package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.port.Volume;
import java.io.IOException;

/**
 * The window over the modelled root partition.
 *
 * <p>Its contract is the disk's ({@link ModelDisk}); whatever reaches behind the window is refused,
 * as a loop device with a size limit does.
 *
 * @param windowBytes its size
 */
public record ModelVolume(ModelDisk disk, long windowBytes) implements Volume {

  @Override
  public void read(long offsetBytes, byte[] into) throws IOException {
    disk.reading();
    byte[] content = disk.read(sector(offsetBytes, into.length), into.length);
    System.arraycopy(content, 0, into, 0, into.length);
  }

  @Override
  public void write(long offsetBytes, byte[] data) throws IOException {
    disk.write(sector(offsetBytes, data.length), data);
  }

  /** Whatever of it arrives reads as zeros afterwards: one thing that a device may give back. */
  @Override
  public boolean discard(long offsetBytes, long lengthBytes) throws IOException {
    write(offsetBytes, new byte[Math.toIntExact(lengthBytes)]);
    return true;
  }

  @Override
  public void scramble(long offsetBytes, int lengthBytes) throws IOException {
    int first = sector(offsetBytes, lengthBytes);
    for (int at = 0; at < lengthBytes / Sector.BYTES; at++) {
      disk.write(first + at, UsedDisk.NOISE);
    }
    flush();
  }

  @Override
  public void flush() {
    disk.flush();
  }

  private int sector(long offsetBytes, int lengthBytes) throws IOException {
    if (offsetBytes < 0
        || offsetBytes + lengthBytes > windowBytes
        || offsetBytes % Sector.BYTES != 0
        || lengthBytes % Sector.BYTES != 0) {
      throw new IOException(
          lengthBytes + " bytes at " + offsetBytes + " are not whole sectors of the window");
    }
    return (int) (offsetBytes / Sector.BYTES);
  }
}
