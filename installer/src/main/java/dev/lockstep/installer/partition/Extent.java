package dev.lockstep.installer.partition;

/**
 * A range of the disk.
 *
 * @param offsetBytes from the disk's start
 * @param sizeBytes above 0
 */
public record Extent(long offsetBytes, long sizeBytes) {
  public Extent {
    if (offsetBytes < 0 || sizeBytes <= 0 || offsetBytes > Long.MAX_VALUE - sizeBytes) {
      throw new IllegalArgumentException(
          "no range of a disk: %d bytes at %d".formatted(sizeBytes, offsetBytes));
    }
  }

  public long endBytes() {
    return offsetBytes + sizeBytes;
  }
}
