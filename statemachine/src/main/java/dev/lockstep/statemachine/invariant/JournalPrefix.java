package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;

/**
 * Every acknowledged record is there, in order and first; behind them at most the one whose append
 * was cut.
 */
public record JournalPrefix() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    History history = evidence.history();
    int acknowledged = history.acknowledged().size();
    if (!history.replayed().startsWith(history.acknowledged())) {
      return Option.some(
          "of "
              + acknowledged
              + " acknowledged records the next boot does not find every one; it finds "
              + history.replayed().size());
    }
    return Option.when(
        !history.inFlight().toList().startsWith(history.replayed().drop(acknowledged)),
        "behind the acknowledged records there is one that nobody was writing");
  }
}
