package dev.lockstep.simulator.mutant;

import static dev.lockstep.simulator.explore.Scenario.UPGRADE;

import dev.lockstep.simulator.journal.Release;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import java.io.IOException;
import java.util.List;

/** Mistakes with records that another release wrote. */
final class ReleaseMutants {

  private static final Release PASSING_OVER = Release.PRESENT.passingOver();
  private static final Release WITHOUT_UPCAST = Release.NEXT.withoutUpcast();

  private ReleaseMutants() {}

  static List<Mutant> all() {
    return List.of(laterRecordPassedOver(), upcastLeftOut(), refusalRecorded());
  }

  private static Mutant laterRecordPassedOver() {
    return Mutant.released(
            "later-record-passed-over",
            "a record of a later version is left out like another program's, and the rest followed",
            release -> release == Release.PRESENT ? PASSING_OVER : release)
        .shownIn(UPGRADE);
  }

  private static Mutant upcastLeftOut() {
    return Mutant.released(
            "upcast-left-out",
            "an earlier version's number is taken for what the later one means by it",
            release -> release == Release.NEXT ? WITHOUT_UPCAST : release)
        .shownIn(UPGRADE);
  }

  private static Mutant refusalRecorded() {
    return Mutant.wired(
            "refusal-recorded",
            "a runner that can't read the journal says so in the journal",
            ports -> {
              var telling = PortsWith.journal(ports, new Telling(ports.journal()));
              return new Mutant.Wiring(telling, new Effects(telling));
            })
        .shownIn(UPGRADE);
  }

  private record Telling(EventStore<Event<Intent, Outcome>> journal)
      implements EventStore<Event<Intent, Outcome>> {

    @Override
    public List<Event<Intent, Outcome>> past() throws IOException {
      try {
        return journal.past();
      } catch (IOException unreadable) {
        append(new Event.Stopped<>(Refusal.needsPerson("UNREADABLE", unreadable.getMessage())));
        throw unreadable;
      }
    }

    @Override
    public void append(Event<Intent, Outcome> event) throws IOException {
      journal.append(event);
    }

    @Override
    public Digest head() throws IOException {
      return journal.head();
    }
  }
}
