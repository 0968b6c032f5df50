package dev.lockstep.simulator.fuzz;

import dev.lockstep.simulator.explore.Interruption;
import dev.lockstep.simulator.explore.Moment;
import dev.lockstep.simulator.explore.Wish;
import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * A random power cut.
 *
 * @param asked what the operator wants of the boots before it
 * @param moment counted from the cut before; modulo as many as there are
 * @param hap what goes wrong before it, besides; the first of a plan counts
 */
public record Strike(Wish asked, int moment, Survivors survivors, Option<Hap> hap)
    implements Interruption {

  @Override
  public Option<Mishap> sufferingAmong(Supplier<List<Mishap>> possible) {
    return hap.flatMap(drawn -> drawn.among(possible));
  }

  @Override
  public OptionalInt momentAmong(int moments) {
    return OptionalInt.of(moment % moments);
  }

  @Override
  public BitSet keptOf(Moment at) {
    return survivors.of(at.pending().size());
  }
}
