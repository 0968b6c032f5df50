package dev.lockstep.simulator.journal;

import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import io.vavr.control.Either;
import io.vavr.control.Option;

/** The journal's own codec of events, each worked out once. */
final class Events {

  private static final EventCodec<Intent, Outcome> CODEC = new EventCodec<>(Family.FIRST_BOOT);
  private static final Memo<Event<Intent, Outcome>, Encoded> WRITTEN = new Memo<>(20_000);
  private static final Memo<Encoded, Either<String, Option<Event<Intent, Outcome>>>> READ =
      new Memo<>(20_000);

  private Events() {}

  static Encoded encoded(Event<Intent, Outcome> event) {
    return WRITTEN.of(event, CODEC::encode);
  }

  /** None for the journal's own records; on the left why it can't be read. */
  static Either<String, Option<Event<Intent, Outcome>>> in(JournalRecord record) {
    return READ.of(
        new Encoded(record.type(), record.typeVersion(), record.payload().text()), CODEC::decode);
  }
}
