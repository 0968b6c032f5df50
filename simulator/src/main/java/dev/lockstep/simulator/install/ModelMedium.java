package dev.lockstep.simulator.install;

import dev.lockstep.installer.partition.Medium;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.disk.Sector;
import java.nio.file.Path;

/**
 * A modelled disk as the installer's own parts have it. Its faults are {@link ModelDisk}'s; what is
 * read back is what was written, since the kernel writes back what a read past its cache overlaps.
 */
final class ModelMedium implements Medium {

  private final ModelDisk disk;
  private final int sectors;
  private boolean deaf;

  ModelMedium(ModelDisk disk, int sectors) {
    this.disk = disk;
    this.sectors = sectors;
  }

  /** A filesystem that was made beside the disk. */
  static ModelMedium of(DiskImage image, long sizeBytes) {
    return new ModelMedium(
        new ModelDisk(Domain.BOOT, image, Power.STEADY), Blueprint.sectors(sizeBytes));
  }

  /** For a mutant: whether a flush does nothing from now on. */
  void deaf(boolean then) {
    deaf = then;
  }

  @Override
  public Path path() {
    return Path.of("model");
  }

  @Override
  public long sizeBytes() {
    return (long) sectors * Sector.BYTES;
  }

  @Override
  public byte[] read(long offsetBytes, int lengthBytes) {
    byte[] bytes = new byte[lengthBytes];
    int first = Blueprint.sectors(offsetBytes);
    for (int at = 0; at < lengthBytes; at += Sector.BYTES) {
      Sector sector = disk.sector(first + at / Sector.BYTES);
      if (!sector.equals(Sector.BLANK)) {
        sector.copyTo(bytes, at, Math.min(Sector.BYTES, lengthBytes - at));
      }
    }
    return bytes;
  }

  @Override
  public byte[] readBack(long offsetBytes, int lengthBytes) {
    return read(offsetBytes, lengthBytes);
  }

  @Override
  public void write(long offsetBytes, byte[] bytes) {
    int first = Blueprint.sectors(offsetBytes);
    for (int at = 0; at < bytes.length; at += Sector.BYTES) {
      int sector = first + at / Sector.BYTES;
      if (!disk.sector(sector).holds(bytes, at)) {
        disk.write(sector, Sector.of(bytes, at));
      }
    }
  }

  @Override
  public void flush() {
    if (!deaf) {
      disk.flush();
    }
  }

  @Override
  public void close() {}
}
