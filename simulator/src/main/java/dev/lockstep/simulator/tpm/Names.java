package dev.lockstep.simulator.tpm;

import dev.lockstep.simulator.disk.Marks;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Random choices, made so that exploring ends: each takes the smallest number that is mentioned
 * nowhere on the media nor by the journal. Real randomness never repeats; this repeats only what
 * has left no trace, so no old byte can pass for a new one.
 *
 * @param inUse what disks and journal mention at the moment
 */
public record Names(Supplier<Marks> inUse) {

  /** Of a header that another tool made; never chosen here, as no run needs so many. */
  public static final int FOREIGN = Marks.MOST;

  private static final long UUID_HIGH = 0x6c6f636b_7374_4570L;
  private static final long UUID_LOW = 0x8d6f_646f_6c00_0000L;

  public int freshHeader() {
    return smallestFree(inUse.get().headers());
  }

  public int freshKey() {
    return smallestFree(inUse.get().keys());
  }

  public static UUID uuid(int header) {
    return new UUID(UUID_HIGH, UUID_LOW + header);
  }

  public static int number(UUID uuid) {
    long number = uuid.getLeastSignificantBits() - UUID_LOW;
    if (uuid.getMostSignificantBits() != UUID_HIGH || number < 0 || number > Marks.MOST) {
      throw new IllegalArgumentException(uuid + " was not chosen here");
    }
    return (int) number;
  }

  private static int smallestFree(long used) {
    int free = Long.numberOfTrailingZeros(~used);
    if (free > Marks.MOST) {
      throw new IllegalStateException("all " + (Marks.MOST + 1) + " names are in use");
    }
    return free;
  }
}
