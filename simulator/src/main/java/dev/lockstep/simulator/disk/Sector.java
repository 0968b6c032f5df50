package dev.lockstep.simulator.disk;

import java.util.Arrays;

/** 512 bytes that never change: what a disk writes in full or not at all. */
public final class Sector {

  public static final int BYTES = 512;
  public static final Sector BLANK = new Sector(new byte[BYTES]);

  private final byte[] bytes;
  private final Fingerprint fingerprint;
  private Marks marks;

  private Sector(byte[] bytes) {
    this.bytes = bytes;
    this.fingerprint = Fingerprint.of(bytes);
  }

  /** The content, filled up with zeros. */
  public static Sector of(byte[] content) {
    return of(content, 0);
  }

  /** The sector that begins at this byte of the content, filled up with zeros. */
  public static Sector of(byte[] content, int from) {
    return new Sector(Arrays.copyOfRange(content, from, from + BYTES));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public void copyTo(byte[] into, int at, int length) {
    System.arraycopy(bytes, 0, into, at, length);
  }

  /** Whether it is what begins at this byte of the content. */
  public boolean holds(byte[] content, int from) {
    return Arrays.equals(bytes, 0, BYTES, content, from, from + BYTES);
  }

  public byte at(int index) {
    return bytes[index];
  }

  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** Its part in the fingerprint of an image; none if blank, so that growing changes nothing. */
  Fingerprint term(int index) {
    return equals(BLANK) ? Fingerprint.NOTHING : fingerprint.at(index);
  }

  /** What can be recognised in the raw bytes. */
  public Marks marks() {
    if (marks == null) {
      marks = Marks.in(bytes);
    }
    return marks;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Sector sector
            && fingerprint.low() == sector.fingerprint.low()
            && Arrays.equals(bytes, sector.bytes));
  }

  @Override
  public int hashCode() {
    return (int) fingerprint.low();
  }
}
