package dev.lockstep.simulator.fault;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which of the pending writes a power cut keeps.
 *
 * <pre>
 *   List&lt;BitSet&gt; seen = new ArrayList&lt;&gt;();
 *   new CrashSubsets(10).of(2, seen::add);     // {} {0} {1} {0, 1}
 * </pre>
 *
 * <p>Up to the limit it is every subset, counted through as a binary number: 2 writes give 00, 01,
 * 10, 11. Behind the limit 2^n is too many, and what most often goes wrong is tried: nothing and
 * everything, each prefix (the cut came in order), each write alone (it overtook all others), and
 * all but each one (it came too late). The number left out is told.
 *
 * @param limit for so many pending writes at most every subset is tried; at most 30
 */
public record CrashSubsets(int limit) {

  private static final int MOST = 30;

  public CrashSubsets {
    if (limit < 0 || limit > MOST) {
      throw new IllegalArgumentException("the limit goes from 0 to " + MOST + ", not " + limit);
    }
  }

  /**
   * Gives the subsets, one after the other.
   *
   * @param sink gets each subset once, the empty one first
   * @return how many were left out, as a floating-point number since it may be beyond all others
   */
  public double of(int pending, Consumer<BitSet> sink) {
    if (pending <= limit) {
      for (long bits = 0; bits < 1L << pending; bits++) {
        sink.accept(BitSet.valueOf(new long[] {bits}));
      }
      return 0;
    }
    List<BitSet> chosen = likely(pending);
    chosen.forEach(sink);
    return Math.pow(2, pending) - chosen.size();
  }

  public boolean isExhaustive(int pending) {
    return pending <= limit;
  }

  private static List<BitSet> likely(int pending) {
    List<BitSet> chosen = new ArrayList<>();
    for (int prefix = 0; prefix <= pending; prefix++) {
      chosen.add(range(0, prefix));
    }
    for (int alone = 1; alone < pending; alone++) {
      chosen.add(range(alone, alone + 1));
    }
    for (int late = 0; late + 1 < pending; late++) {
      BitSet allBut = range(0, pending);
      allBut.clear(late);
      chosen.add(allBut);
    }
    return chosen.stream().distinct().toList();
  }

  private static BitSet range(int from, int to) {
    BitSet bits = new BitSet();
    bits.set(from, to);
    return bits;
  }
}
