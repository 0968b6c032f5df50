package dev.lockstep.simulator.journal;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Option;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.IntFunction;

/**
 * One record of the modelled journal, in two sectors so that it can be torn.
 *
 * <pre>
 *   first:  | u64 magic | SHA-256 of the record before | 128-bit token of the event |
 *   second: | u64 magic | SHA-256 of the first sector                               |
 * </pre>
 */
record RecordSectors(Sector first, Sector second) {

  static final int COUNT = 2;

  private static final int DIGEST_BYTES = 32;
  private static final long MAGIC = 0x4c53_5245_434f_5244L;

  static RecordSectors at(IntFunction<Sector> sectors, int place) {
    return new RecordSectors(sectors.apply(COUNT * place), sectors.apply(COUNT * place + 1));
  }

  static RecordSectors of(Digest before, Fingerprint token) {
    ByteBuffer head = ByteBuffer.allocate(Sector.BYTES);
    head.putLong(MAGIC).put(HexFormat.of().parseHex(before.hex()));
    head.putLong(token.high()).putLong(token.low());
    Sector first = Sector.of(head.array());
    ByteBuffer tail = ByteBuffer.allocate(Sector.BYTES);
    tail.putLong(MAGIC).put(HexFormat.of().parseHex(Digest.of(head.array()).hex()));
    return new RecordSectors(first, Sector.of(tail.array()));
  }

  Digest digest() {
    return Digest.of(first.bytes());
  }

  /** The token, if the record is whole and follows the one with this digest. */
  Option<Fingerprint> tokenAfter(Digest before) {
    ByteBuffer head = ByteBuffer.wrap(first.bytes());
    ByteBuffer tail = ByteBuffer.wrap(second.bytes());
    if (head.getLong() != MAGIC
        || tail.getLong() != MAGIC
        || !digest(head).equals(before)
        || !digest(tail).equals(digest())) {
      return Option.none();
    }
    return Option.some(new Fingerprint(head.getLong(), head.getLong()));
  }

  private static Digest digest(ByteBuffer from) {
    byte[] bytes = new byte[DIGEST_BYTES];
    from.get(bytes);
    return new Digest(HexFormat.of().formatHex(bytes));
  }
}
