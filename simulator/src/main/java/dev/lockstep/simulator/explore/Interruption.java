package dev.lockstep.simulator.explore;

import dev.lockstep.statemachine.firstboot.Goal;
import java.util.BitSet;
import java.util.OptionalInt;

/** A power cut that is yet to come. */
public interface Interruption {

  /** What the operator wants of the boots that it ends. */
  Goal asked();

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

  /** The positions of the pending writes that reach the medium. */
  BitSet keptOf(Moment moment);
}
