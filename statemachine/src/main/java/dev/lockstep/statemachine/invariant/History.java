package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.collection.Seq;
import io.vavr.control.Option;

/**
 * The journal around one power cut.
 *
 * @param acknowledged every record whose append had returned, of all boots
 * @param inFlight the record whose append the cut struck
 * @param live the state in the memory of the run that was cut
 * @param replayed every record that the next boot finds
 * @param state the fold of those
 */
public record History(
    Seq<Event<Intent, Outcome>> acknowledged,
    Option<Event<Intent, Outcome>> inFlight,
    State<Phase, Intent> live,
    Seq<Event<Intent, Outcome>> replayed,
    State<Phase, Intent> state) {}
