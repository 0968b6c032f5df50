package dev.lockstep.simulator.fuzz;

import dev.lockstep.simulator.explore.Interruption;
import dev.lockstep.simulator.explore.Moment;
import dev.lockstep.statemachine.firstboot.Goal;
import java.util.BitSet;
import java.util.OptionalInt;

/**
 * A random power cut.
 *
 * @param asked what the operator wants of the boots before it
 * @param moment counted from the cut before; modulo as many as there are
 */
public record Strike(Goal asked, int moment, Survivors survivors) implements Interruption {

  @Override
  public OptionalInt momentAmong(int moments) {
    return OptionalInt.of(moment % moments);
  }

  @Override
  public BitSet keptOf(Moment at) {
    return survivors.of(at.pending().size());
  }
}
