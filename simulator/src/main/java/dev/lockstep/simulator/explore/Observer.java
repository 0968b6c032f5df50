package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;

/**
 * Told of what an exploration does, and asked for its share of it. Events and looks at the media
 * come from any thread, in any order; all else from one, in the order of the exploration.
 */
public interface Observer extends Witness<Phase, Intent, Outcome>, Lens {

  /** Wants all of it, and to know nothing. */
  Observer NONE = new Observer() {};

  /**
   * Whether this exploration goes on from a state that a first cut leads to. Those of others are
   * not gone on from, wherever they are met again.
   */
  default boolean owns(Fingerprint state) {
    return true;
  }

  /** A state that was not met before. */
  default void state(Fingerprint state, Phase phase, int cuts) {}

  /** A moment with too many pending writes for every subset of them. */
  default void bounded(Fingerprint moment, double subsetsLeftOut) {}

  /** How far it is. */
  default void progress(long recoveries, long waiting, int cuts) {}

  @Override
  default void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {}

  @Override
  default Medium looking(String invariant, Medium medium) {
    return medium;
  }
}
