package dev.lockstep.simulator.fuzz;

import dev.lockstep.statemachine.firstboot.Goal;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** How power cuts are drawn: jqwik generates them, and knows how to make each smaller. */
final class Strikes {

  /** More than are ever pending at once on the small models; a larger one is reached modulo. */
  private static final int POSITIONS = 64;

  private static final int MOST_POSITIONS = 6;

  private Strikes() {}

  /**
   * One cut.
   *
   * @param moments how many the uncut run has; at least 1
   * @param asks what the operator may want
   */
  static Arbitrary<Strike> of(int moments, List<Goal> asks) {
    return Combinators.combine(
            Arbitraries.of(asks), Arbitraries.integers().between(0, moments - 1), survivors())
        .as(Strike::new);
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
