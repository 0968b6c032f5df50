package dev.lockstep.simulator.disk;

import java.util.Arrays;
import java.util.List;

/**
 * What is on the medium of one domain. Never changes; what follows from writes is another image
 * that shares all chunks but those written to, with its fingerprint kept up to date by the
 * difference.
 *
 * <p>Sectors behind the last one written are blank.
 */
public final class DiskImage {

  /** A run of sectors that images share; its marks are looked for once. */
  private static final class Chunk {
    static final int SHIFT = 4;
    static final int SECTORS = 1 << SHIFT;
    static final Chunk BLANK = new Chunk(blanks());

    final Sector[] sectors;
    private Marks marks;

    Chunk(Sector[] sectors) {
      this.sectors = sectors;
    }

    private static Sector[] blanks() {
      Sector[] blanks = new Sector[SECTORS];
      Arrays.fill(blanks, Sector.BLANK);
      return blanks;
    }

    Marks marks() {
      if (marks == null) {
        Marks all = Marks.NONE;
        for (Sector sector : sectors) {
          all = all.and(sector.marks());
        }
        marks = all;
      }
      return marks;
    }
  }

  public static final DiskImage BLANK = new DiskImage(new Chunk[0], 0, Fingerprint.NOTHING);

  private final Chunk[] chunks;
  private final int length;
  private final Fingerprint fingerprint;

  private DiskImage(Chunk[] chunks, int length, Fingerprint fingerprint) {
    this.chunks = chunks;
    this.length = length;
    this.fingerprint = fingerprint;
  }

  public Sector sector(int index) {
    return index < length
        ? chunks[index >>> Chunk.SHIFT].sectors[index & (Chunk.SECTORS - 1)]
        : Sector.BLANK;
  }

  /** One behind the last sector that was ever written. */
  public int length() {
    return length;
  }

  /** Equal images have equal ones, and the other way round but for odds of 2^-128 a pair. */
  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** The fingerprint of the part from this sector on. */
  public Fingerprint fingerprintFrom(int first) {
    Fingerprint rest = fingerprint;
    for (int index = 0; index < first; index++) {
      rest = rest.minus(sector(index).term(index));
    }
    return rest;
  }

  /** With this sector's content. */
  public DiskImage with(int index, Sector content) {
    Change change = new Change();
    change.put(index, content);
    return change.image();
  }

  /** With these writes in their order. */
  public DiskImage with(List<PendingWrite> writes) {
    if (writes.isEmpty()) {
      return this;
    }
    Change change = new Change();
    for (PendingWrite write : writes) {
      change.put(write.sector(), write.content());
    }
    return change.image();
  }

  /** Of all sectors, whether a file has them or not. */
  public Marks marks() {
    Marks all = Marks.NONE;
    for (Chunk chunk : chunks) {
      all = all.and(chunk.marks());
    }
    return all;
  }

  /** Another image in the making: no chunk of this one is written to. */
  private final class Change {
    private Chunk[] changed = chunks.clone();
    private int end = length;
    private long high = fingerprint.high();
    private long low = fingerprint.low();

    void put(int index, Sector content) {
      int at = index >>> Chunk.SHIFT;
      if (at >= changed.length) {
        int known = changed.length;
        changed = Arrays.copyOf(changed, at + 1);
        Arrays.fill(changed, known, at + 1, Chunk.BLANK);
      }
      if (at >= chunks.length ? changed[at] == Chunk.BLANK : changed[at] == chunks[at]) {
        changed[at] = new Chunk(changed[at].sectors.clone());
      }
      Sector[] sectors = changed[at].sectors;
      int within = index & (Chunk.SECTORS - 1);
      Fingerprint gone = sectors[within].term(index);
      Fingerprint come = content.term(index);
      high += come.high() - gone.high();
      low += come.low() - gone.low();
      sectors[within] = content;
      end = Math.max(end, index + 1);
    }

    DiskImage image() {
      return new DiskImage(changed, end, new Fingerprint(high, low));
    }
  }
}
