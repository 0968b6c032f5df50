package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.simulator.journal.ModelJournal.Appending;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.History;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.collection.Seq;
import io.vavr.control.Option;
import java.util.BitSet;
import java.util.List;

/**
 * An instant at which the power may go: something is about to become durable.
 *
 * @param ordinal counted from 0 since the last cut
 * @param before what is about to happen
 * @param durable what any cut leaves
 * @param pending of all domains, one after the other, each in the order written: a cut keeps any
 * @param reading of the durable journal
 * @param acknowledged every record whose append has returned
 * @param inFlight the event whose record is being appended
 * @param appending the same as a record, or one of the journal's own
 * @param live the state in memory
 * @param keys what else is in memory: the keys
 */
public record Moment(
    int ordinal,
    String before,
    Image durable,
    List<PendingWrite> pending,
    JournalReading reading,
    Seq<Event<Intent, Outcome>> acknowledged,
    Option<Event<Intent, Outcome>> inFlight,
    Option<Appending> appending,
    State<Phase, Intent> live,
    Fingerprint keys) {

  static final String AT_REST = "the next power on";

  /** The pending writes of these positions. */
  public List<PendingWrite> kept(BitSet positions) {
    return positions.stream().mapToObj(pending::get).toList();
  }

  /** Whether an intent is about to be recorded: all that the run knows is in the fields here. */
  boolean isBetweenSteps() {
    return inFlight.exists(event -> event instanceof Event.Intended<Intent, Outcome>);
  }

  /** Whether the machine is off after a run in which something failed. */
  boolean isAtRest() {
    return before.equals(AT_REST);
  }

  /** What a cut here makes of the journal. */
  public History history(JournalReading afterwards) {
    return new History(acknowledged, inFlight, live, afterwards.events(), afterwards.state());
  }
}
