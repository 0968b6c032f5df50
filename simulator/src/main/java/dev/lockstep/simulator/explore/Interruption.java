package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A power cut that is yet to come. */
public interface Interruption {

  /** What the operator wants of the boots that it ends. */
  Wish asked();

  /** At which moment since the cut before, counted from 0. */
  int moment();

  /**
   * Where it strikes if everything is done before its moment comes.
   *
   * @param moments how many there were instead; at least 1
   * @return nothing if it then does not fit this version of the machine
   */
  default OptionalInt momentAmong(int moments) {
    return OptionalInt.empty();
  }

  /** What happened before it, besides. */
  default Option<Mishap> suffering() {
    return Option.none();
  }

  /**
   * The same, for a cut that was drawn before anybody knew what it would find.
   *
   * @param possible what can be done to the machine as it is then, while it is off
   */
  default Option<Mishap> sufferingAmong(Supplier<List<Mishap>> possible) {
    return suffering();
  }

  /** The positions of the pending writes that reach the medium. */
  BitSet keptOf(Moment moment);
}
