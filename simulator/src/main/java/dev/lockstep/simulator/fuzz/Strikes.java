package dev.lockstep.simulator.fuzz;

import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.explore.Wish;
import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** How power cuts are drawn: jqwik generates them, and knows how to make each smaller. */
final class Strikes {

  /** More than are ever pending at once on the small models; a larger one is reached modulo. */
  private static final int POSITIONS = 64;

  private static final int MOST_POSITIONS = 6;

  /** About as many as a boot makes of one disk; a later one does not come about. */
  private static final int CALLS = 200;

  private Strikes() {}

  /**
   * One cut.
   *
   * @param moments how many the uncut run has; at least 1
   * @param asks what the operator may want
   * @param mishaps whether more may go wrong than the power
   */
  static Arbitrary<Strike> of(int moments, List<Wish> asks, boolean mishaps) {
    return Combinators.combine(
            Arbitraries.of(asks),
            Arbitraries.integers().between(0, moments - 1),
            survivors(),
            mishaps ? haps() : Arbitraries.just(Option.<Hap>none()))
        .as(Strike::new);
  }

  /** With every third cut: a plan has one, so that what comes behind it is cut often. */
  private static Arbitrary<Option<Hap>> haps() {
    Arbitrary<Option<Hap>> some =
        Combinators.combine(
                Arbitraries.of(Mishap.Kind.values()),
                Arbitraries.of(Domain.values()),
                Arbitraries.integers().between(0, CALLS - 1))
            .as((kind, domain, number) -> Option.some(new Hap(kind, domain, number)));
    return Arbitraries.frequencyOf(
        Tuple.of(2, Arbitraries.just(Option.<Hap>none())), Tuple.of(1, some));
  }

  private static Arbitrary<Survivors> survivors() {
    Arbitrary<Integer> position = Arbitraries.integers().between(0, POSITIONS - 1);
    return Arbitraries.oneOf(
        List.of(
            Arbitraries.just(new Survivors.None()),
            Arbitraries.just(new Survivors.All()),
            position.map(Survivors.Prefix::new),
            position.set().ofMinSize(1).ofMaxSize(MOST_POSITIONS).map(Survivors.Some::new),
            position.set().ofMinSize(1).ofMaxSize(MOST_POSITIONS).map(Survivors.AllBut::new)));
  }
}
