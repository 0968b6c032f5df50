package dev.lockstep.simulator.fault;

import dev.lockstep.simulator.disk.Domain;
import java.util.Locale;

/**
 * What happens once in a plan, besides power cuts: a disk that fails, or somebody who does
 * something to the machine while it is off.
 *
 * <p><b>What is promised.</b> After a failed call the run ends, with an error or because all was
 * done without what failed; nothing is lost, every invariant holds as after a cut, and one boot
 * more than usual ends it. After what is done to a machine that is off, {@link Kind#isForeign},
 * nothing is lost and no key is given away, and a run ends with everything done or with a sentence;
 * then it stands still.
 *
 * @param domain of the call, or of the bit
 * @param at counted from 0: which call since power on, or which sector
 */
public record Mishap(Kind kind, Domain domain, int at) {

  /** The kinds, each with its contract. */
  public enum Kind {
    /**
     * Nothing of what was written reaches the medium, and it is clean from then on: to flush again
     * succeeds and writes nothing (Linux, since 4.13). The root partition is read past the cache,
     * so reads show it as it was; of the others they show what was written.
     */
    FAILED_FLUSH,
    /** The sector is as it was. */
    WRITE_ERROR,
    /** Nothing is read; a second try would succeed. */
    READ_ERROR,
    /** From here to the end of this boot there is no room for another file. */
    NO_ROOM,
    /**
     * One bit of one sector, where another copy or a digest tells it: the journal but for its last
     * record (nothing tells that from a torn one), prepared files, the two copies of a settled
     * header. Of the data itself there is one copy, as before.
     */
    BIT_ROT,
    /** The folder with the journal is gone. */
    JOURNAL_LOST,
    /** The plain system was booted, and wrote into its filesystem's first blocks. */
    PLAIN_SYSTEM_BOOTED,
    /**
     * The volume, converted but perhaps not finalised, was opened with its recovery key, and its
     * filesystem grown.
     */
    GROWN_BY_HAND,
    /**
     * The same, and the power went while it was mounted: its log knows of it, its superblock not.
     */
    CUT_WHILE_GROWN;

    /** Whether it happens to a machine that is off. */
    public boolean isForeign() {
      return switch (this) {
        case FAILED_FLUSH, WRITE_ERROR, READ_ERROR, NO_ROOM -> false;
        case BIT_ROT, JOURNAL_LOST, PLAIN_SYSTEM_BOOTED, GROWN_BY_HAND, CUT_WHILE_GROWN -> true;
      };
    }
  }

  public Mishap {
    if (kind == null || domain == null || at < 0) {
      throw new IllegalArgumentException("a mishap has a kind, a domain, and a number from 0");
    }
  }

  @Override
  public String toString() {
    String words = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return words + " (" + domain.name().toLowerCase(Locale.ROOT) + " " + at + ")";
  }
}
