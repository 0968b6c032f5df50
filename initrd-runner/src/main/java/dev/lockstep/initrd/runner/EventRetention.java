package dev.lockstep.initrd.runner;

import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.generation.Retention;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Machine;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps of a machine's events the ones that replay to the same state, with the boots and intents
 * that led to them; all of another machine's. What goes is what cut boots tried in vain.
 */
public final class EventRetention<P, I, O> implements Retention {

  /** An event of this machine, and the record it came from. */
  private record Told<I, O>(JournalRecord record, Event<I, O> event) {}

  private final EventCodec<I, O> codec;
  private final Machine<P, I, O, ?> machine;

  public EventRetention(EventCodec<I, O> codec, Machine<P, I, O, ?> machine) {
    this.codec = codec;
    this.machine = machine;
  }

  @Override
  public List<JournalRecord> keep(List<JournalRecord> records) {
    List<Told<I, O>> told = told(records);
    Set<Long> kept = new HashSet<>();
    int tail = 0;
    for (int outcome : neededOutcomes(told)) {
      ledTo(told, tail, outcome).forEach(each -> kept.add(each.record().sequence()));
      kept.add(told.get(outcome).record().sequence());
      tail = outcome + 1;
    }
    List<Told<I, O>> open = told.subList(lastOutcome(told) + 1, told.size());
    stillOpen(open, machine.replay(events(told)).boots())
        .forEach(each -> kept.add(each.record().sequence()));
    List<JournalRecord> result = chosen(records, kept);
    if (!preserves(records, result)) {
      open.forEach(each -> kept.add(each.record().sequence()));
    }
    return chosen(records, kept);
  }

  @Override
  public boolean preserves(List<JournalRecord> all, List<JournalRecord> kept) {
    return all.stream()
            .filter(this::isForeign)
            .toList()
            .equals(kept.stream().filter(this::isForeign).toList())
        && machine.replay(events(told(all))).equals(machine.replay(events(told(kept))));
  }

  /** The fewest outcomes that lead where all of them lead: each step skips as far as it can. */
  private List<Integer> neededOutcomes(List<Told<I, O>> told) {
    List<Integer> outcomes = new ArrayList<>();
    for (int at = 0; at < told.size(); at++) {
      if (outcome(told.get(at)).isDefined()) {
        outcomes.add(at);
      }
    }
    P goal = follow(machine.start(), told, outcomes);
    P phase = machine.start();
    List<Integer> needed = new ArrayList<>();
    while (!phase.equals(goal)) {
      int skipped = outcomes.size() - 1;
      while (!follow(phase, told, outcomes.subList(skipped, outcomes.size())).equals(goal)) {
        skipped--; // ends at 0: all that are left lead there
      }
      needed.add(outcomes.get(skipped));
      phase = machine.advance(phase, outcome(told.get(outcomes.get(skipped))).get());
      outcomes = outcomes.subList(skipped + 1, outcomes.size());
    }
    return needed;
  }

  private P follow(P from, List<Told<I, O>> told, List<Integer> outcomes) {
    P phase = from;
    for (int outcome : outcomes) {
      phase = machine.advance(phase, outcome(told.get(outcome)).get());
    }
    return phase;
  }

  /** For a reader: the last boot before an outcome and the last intent, which it fulfilled. */
  private List<Told<I, O>> ledTo(List<Told<I, O>> told, int from, int outcome) {
    List<Told<I, O>> before = told.subList(from, outcome);
    List<Told<I, O>> kept = new ArrayList<>();
    last(before, Event.BootStarted.class).forEach(kept::add);
    last(before, Event.Intended.class).forEach(kept::add);
    return kept;
  }

  /** After the last outcome: the open intent, and as many boots as count. */
  private List<Told<I, O>> stillOpen(List<Told<I, O>> tail, int boots) {
    List<Told<I, O>> begun =
        tail.stream().filter(each -> each.event() instanceof Event.BootStarted).toList();
    List<Told<I, O>> kept =
        new ArrayList<>(begun.subList(Math.max(0, begun.size() - boots), begun.size()));
    last(tail, Event.Intended.class).forEach(kept::add);
    return kept;
  }

  private int lastOutcome(List<Told<I, O>> told) {
    int at = told.size() - 1;
    while (at >= 0 && outcome(told.get(at)).isEmpty()) {
      at--;
    }
    return at;
  }

  private Option<Told<I, O>> last(List<Told<I, O>> told, Class<?> kind) {
    return Option.ofOptional(
        told.reversed().stream().filter(each -> kind.isInstance(each.event())).findFirst());
  }

  private Option<O> outcome(Told<I, O> told) {
    return switch (told.event()) {
      case Event.Completed<I, O>(O outcome) -> Option.some(outcome);
      case Event.Adopted<I, O>(O outcome, String _) -> Option.some(outcome);
      case Event.BootStarted<I, O> _, Event.Intended<I, O> _, Event.Stopped<I, O> _ ->
          Option.none();
    };
  }

  private List<JournalRecord> chosen(List<JournalRecord> records, Set<Long> own) {
    return records.stream()
        .filter(record -> isForeign(record) || own.contains(record.sequence()))
        .toList();
  }

  private List<Event<I, O>> events(List<Told<I, O>> told) {
    return told.stream().map(Told::event).toList();
  }

  private List<Told<I, O>> told(List<JournalRecord> records) {
    List<Told<I, O>> told = new ArrayList<>();
    for (JournalRecord record : records) {
      decode(record).forEach(event -> told.add(new Told<>(record, event)));
    }
    return told;
  }

  /** Whatever this machine's codec does not read is kept, whoever wrote it. */
  private boolean isForeign(JournalRecord record) {
    return decode(record).isEmpty();
  }

  private Option<Event<I, O>> decode(JournalRecord record) {
    return codec
        .decode(new Encoded(record.type(), record.typeVersion(), record.payload().text()))
        .getOrElse(Option.none());
  }
}
