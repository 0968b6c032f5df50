package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Sector;
import io.vavr.control.Option;
import java.util.function.IntFunction;

/**
 * Where a LUKS2 volume keeps what it says of itself.
 *
 * <pre>
 *   sector 0               1             2               3             4
 *          |---------------|-------------|---------------|-------------|----------------------|
 *          | binary header | metadata    | binary header | metadata    | key slots, that of   |
 *          | seqid, hash   |             | seqid, hash   |             | the re-encryption too|
 *          |   of 1        |             |   of 3        |             |                      |
 *          |---------- primary ----------|--------- secondary ---------|----------------------|
 * </pre>
 *
 * <p>A copy counts when its hash fits its metadata; of two that count, the higher seqid wins.
 *
 * @param primary none if torn
 * @param secondary none if torn
 */
record LuksArea(Option<Copy> primary, Option<Copy> secondary) {

  static final int PRIMARY = 0;
  static final int SECONDARY = 2;
  static final int KEYSLOT_AREA = 4;
  static final int SECTORS = 5;

  /** One whole copy of the header. */
  record Copy(long sequence, LuksHeader header) {

    Sector binary() {
      return BinaryHeader.sector(sequence, header);
    }

    static Option<Copy> read(Sector binary, Sector metadata) {
      if (!BinaryHeader.isIn(binary)) {
        return Option.none();
      }
      BinaryHeader said = BinaryHeader.read(binary);
      return said.metadata().equals(metadata.fingerprint())
          ? LuksHeader.decode(metadata).map(header -> new Copy(said.sequence(), header))
          : Option.none();
    }
  }

  static LuksArea read(IntFunction<Sector> sectors) {
    return new LuksArea(
        Copy.read(sectors.apply(PRIMARY), sectors.apply(PRIMARY + 1)),
        Copy.read(sectors.apply(SECONDARY), sectors.apply(SECONDARY + 1)));
  }

  /** The area inside a header file. */
  static LuksArea read(byte[] file) {
    return read(index -> Sector.of(file, Math.min(file.length, index * Sector.BYTES)));
  }

  Option<Copy> best() {
    if (primary.isEmpty() || secondary.isEmpty()) {
      return primary.orElse(secondary);
    }
    return primary.get().sequence() >= secondary.get().sequence() ? primary : secondary;
  }

  /** Both copies whole and the same. */
  boolean settled() {
    return primary.isDefined() && primary.equals(secondary);
  }

  static byte[] file(LuksHeader header, int sectors) {
    byte[] content = new byte[sectors * Sector.BYTES];
    Copy copy = new Copy(1, header);
    for (int base : new int[] {PRIMARY, SECONDARY}) {
      copy.binary().copyTo(content, base * Sector.BYTES, Sector.BYTES);
      header.encode().copyTo(content, (base + 1) * Sector.BYTES, Sector.BYTES);
    }
    KeyslotArea.of(header).encode().copyTo(content, KEYSLOT_AREA * Sector.BYTES, Sector.BYTES);
    return content;
  }
}
