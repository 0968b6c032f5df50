package dev.lockstep.simulator.disk;

import java.util.Arrays;
import java.util.List;

/**
 * What is on the medium of one domain. Never changes; what follows from writes is another image
 * that shares its sectors, with its fingerprint kept up to date by the difference.
 *
 * <p>Sectors behind the last one written are blank.
 */
public final class DiskImage {

  public static final DiskImage BLANK = new DiskImage(new Sector[0], Fingerprint.NOTHING);

  private final Sector[] sectors;
  private final Fingerprint fingerprint;
  private Marks marks;

  private DiskImage(Sector[] sectors, Fingerprint fingerprint) {
    this.sectors = sectors;
    this.fingerprint = fingerprint;
  }

  public Sector sector(int index) {
    return index < sectors.length ? sectors[index] : Sector.BLANK;
  }

  /** One behind the last sector that was ever written. */
  public int length() {
    return sectors.length;
  }

  /** Equal images have equal ones, and the other way round but for odds of 2^-128 a pair. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** The fingerprint of the part from this sector on. */
  public Fingerprint fingerprintFrom(int first) {
    Fingerprint rest = fingerprint;
    for (int index = 0; index < first; index++) {
      rest = rest.minus(term(index, sector(index)));
    }
    return rest;
  }

  /** With these writes in their order. */
  public DiskImage with(List<PendingWrite> writes) {
    if (writes.isEmpty()) {
      return this;
    }
    int length = sectors.length;
    for (PendingWrite write : writes) {
      length = Math.max(length, write.sector() + 1);
    }
    Sector[] changed = Arrays.copyOf(sectors, length);
    Arrays.fill(changed, sectors.length, length, Sector.BLANK);
    Fingerprint sum = fingerprint;
    for (PendingWrite write : writes) {
      int index = write.sector();
      sum = sum.minus(term(index, changed[index])).plus(term(index, write.content()));
      changed[index] = write.content();
    }
    return new DiskImage(changed, sum);
  }

  /** Of all sectors, whether a file has them or not. */
  public Marks marks() {
    if (marks == null) {
      Marks all = Marks.NONE;
      for (Sector sector : sectors) {
        all = all.and(sector.marks());
      }
      marks = all;
    }
    return marks;
  }

  /** So that an image that was grown with blanks equals one that was not. */
  private static Fingerprint term(int index, Sector sector) {
    return sector.equals(Sector.BLANK) ? Fingerprint.NOTHING : sector.fingerprint().at(index);
  }
}
