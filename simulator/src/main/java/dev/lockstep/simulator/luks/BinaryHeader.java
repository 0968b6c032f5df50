package dev.lockstep.simulator.luks;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Marks;
import dev.lockstep.simulator.disk.Sector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first sector of a header copy.
 *
 * <pre>
 *   | "LUKS" BA BE | u64 seqid | 128-bit hash of the metadata | the same without anchor | mark |
 * </pre>
 *
 * @param sequence the seqid
 * @param metadata what the second sector must hash to
 * @param withoutAnchor tells states apart without the anchor, which never comes twice
 */
record BinaryHeader(long sequence, Fingerprint metadata, Fingerprint withoutAnchor) {

  private static final byte[] MAGIC = "LUKS\u00BA\u00BE".getBytes(StandardCharsets.ISO_8859_1);

  static Sector sector(long sequence, LuksHeader header) {
    Fingerprint metadata = header.encode().fingerprint();
    Fingerprint withoutAnchor = header.fingerprintWithoutAnchor();
    ByteBuffer bytes = ByteBuffer.allocate(Sector.BYTES);
    bytes.put(MAGIC).putLong(sequence);
    bytes.putLong(metadata.high()).putLong(metadata.low());
    bytes.putLong(withoutAnchor.high()).putLong(withoutAnchor.low());
    bytes.put(Marks.header(header.number()).getBytes(StandardCharsets.ISO_8859_1));
    return Sector.of(bytes.array());
  }

  static boolean isIn(Sector sector) {
    for (int at = 0; at < MAGIC.length; at++) {
      if (sector.at(at) != MAGIC[at]) {
        return false;
      }
    }
    return true;
  }

  /** Of a sector that {@link #isIn} says yes to. */
  static BinaryHeader read(Sector sector) {
    ByteBuffer bytes = ByteBuffer.wrap(sector.bytes()).position(MAGIC.length);
    return new BinaryHeader(
        bytes.getLong(),
        new Fingerprint(bytes.getLong(), bytes.getLong()),
        new Fingerprint(bytes.getLong(), bytes.getLong()));
  }
}
