package dev.lockstep.simulator.fidelity;

import java.util.ArrayList;
import java.util.List;

/**
 * Which place of a volume is what, at any scale: bytes of a real one, sectors of a modelled one.
 *
 * <pre>
 *   0        binary    copy     + binary   2 copies     shift      2 shifts            tail    window
 *   |--------|---------|--------|----------|------------|----------|-------- … --------|-------|
 *   | binary | metadata| binary | metadata | key slots  | zone 0   | zone 1 …          | head's|
 *   |     primary      |     secondary     |            | behind the shift             | copy  |
 * </pre>
 *
 * @param binary length of a binary header
 * @param copy length of one copy of the header
 * @param shift length of the head, of a hot zone, of the head's copy
 * @param zones of the filesystem
 */
record VolumeMap(long binary, long copy, long shift, int zones) {

  private static final long MIB = 1L << 20;

  /** A header of default size: LUKS2 On-Disk Format, section 2. */
  static final VolumeMap REAL = new VolumeMap(4096, 16384, 16 * MIB, 3);

  /** A named place. */
  record Place(String name, long from, long to) {}

  /** The filesystem, and the two shifts behind it. */
  long window() {
    return shift * (zones + 2);
  }

  List<Place> places() {
    List<Place> places = new ArrayList<>();
    places.add(new Place("primary binary header", 0, binary));
    places.add(new Place("primary metadata", binary, copy));
    places.add(new Place("secondary binary header", copy, copy + binary));
    places.add(new Place("secondary metadata", copy + binary, 2 * copy));
    places.add(new Place("key slots", 2 * copy, shift));
    for (int zone = 0; zone < zones; zone++) {
      places.add(new Place("zone " + zone, (zone + 1) * shift, (zone + 2) * shift));
    }
    places.add(new Place("head's copy", (zones + 1) * shift, window()));
    return places;
  }
}
