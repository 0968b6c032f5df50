package dev.lockstep.initrd.cryptsetup;

/** A range of a device, in bytes. */
public record ByteRange(long offsetBytes, long lengthBytes) {
  public ByteRange {
    if (offsetBytes < 0 || lengthBytes < 0 || offsetBytes > Long.MAX_VALUE - lengthBytes) {
      throw new IllegalArgumentException("no range: " + lengthBytes + " bytes at " + offsetBytes);
    }
  }

  public long endBytes() {
    return offsetBytes + lengthBytes;
  }

  public boolean contains(ByteRange other) {
    return other.offsetBytes >= offsetBytes && other.endBytes() <= endBytes();
  }
}
