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
