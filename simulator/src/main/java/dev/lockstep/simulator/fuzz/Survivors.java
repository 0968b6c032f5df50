package dev.lockstep.simulator.fuzz;

import java.util.BitSet;
import java.util.Collection;
import java.util.Set;

/**
 * Which of the writes that are on their way reach the medium, said before it is known how many
 * there are: every number counts modulo that.
 *
 * <p>A write of several sectors is pending sector by sector, so a prefix that ends within one, and
 * a hole in one, are torn writes.
 */
public sealed interface Survivors {

  /** The positions that are kept, of so many. */
  BitSet of(int pending);

  /** The cut came before all of them. */
  record None() implements Survivors {
    @Override
    public BitSet of(int pending) {
      return new BitSet();
    }
  }

  /** The cut came after all of them, and before the flush told. */
  record All() implements Survivors {
    @Override
    public BitSet of(int pending) {
      BitSet kept = new BitSet();
      kept.set(0, pending);
      return kept;
    }
  }

  /** They went in order, and it struck in their midst. */
  record Prefix(int length) implements Survivors {
    @Override
    public BitSet of(int pending) {
      BitSet kept = new BitSet();
      kept.set(0, length % (pending + 1));
      return kept;
    }
  }

  /** These overtook the others. */
  record Some(Set<Integer> positions) implements Survivors {
    public Some {
      positions = Set.copyOf(positions);
    }

    @Override
    public BitSet of(int pending) {
      return among(pending, positions);
    }
  }

  /** These came too late. */
  record AllBut(Set<Integer> positions) implements Survivors {
    public AllBut {
      positions = Set.copyOf(positions);
    }

    @Override
    public BitSet of(int pending) {
      BitSet kept = new All().of(pending);
      kept.andNot(among(pending, positions));
      return kept;
    }
  }

  private static BitSet among(int pending, Collection<Integer> positions) {
    BitSet bits = new BitSet();
    if (pending > 0) {
      positions.forEach(position -> bits.set(position % pending));
    }
    return bits;
  }
}
