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
import java.util.function.Function;

/**
 * A release of the runner, as far as a journal tells one from another: what it writes, and what it
 * makes of what others wrote. Each stands on the journal's own codec, and each event and record is
 * worked out once. All else of a release is today's: its machine, its effects, its chain.
 *
 * <ul>
 *   <li>{@link #FIRST}: that of the first journals. It knows nothing of the TPM's counter and
 *       identity, so its records are those that today's codec writes where neither is told; read by
 *       it, such a field is passed over, as the codec did then.
 *   <li>{@link #PRESENT}: today's codec and nothing else.
 *   <li>{@link #NEXT}: one that is yet to come, with a {@link LaterForm second version} of two
 *       types. It reads the first version, too.
 * </ul>
 */
public final class Release {

  private static final EventCodec<Intent, Outcome> CODEC = new EventCodec<>(Family.FIRST_BOOT);

  public static final Release FIRST =
      new Release("first", false, CODEC::encode, record -> CODEC.decode(EarlierForm.of(record)));
  public static final Release PRESENT = new Release("present", true, CODEC::encode, CODEC::decode);
  public static final Release NEXT =
      new Release("next", true, event -> later(CODEC.encode(event)), Release::decodeAny);

  private final String name;
  private final boolean knowsTpm;
  private final Function<Event<Intent, Outcome>, Encoded> writer;
  private final Function<Encoded, Either<String, Option<Event<Intent, Outcome>>>> reader;
  private final Memo<Event<Intent, Outcome>, Encoded> written = new Memo<>(20_000);
  private final Memo<Encoded, Either<String, Option<Event<Intent, Outcome>>>> read =
      new Memo<>(20_000);

  private Release(
      String name,
      boolean knowsTpm,
      Function<Event<Intent, Outcome>, Encoded> writer,
      Function<Encoded, Either<String, Option<Event<Intent, Outcome>>>> reader) {
    this.name = name;
    this.knowsTpm = knowsTpm;
    this.writer = writer;
    this.reader = reader;
  }

  private static Encoded later(Encoded today) {
    return LaterForm.has(today) ? LaterForm.of(today) : today;
  }

  private static Either<String, Option<Event<Intent, Outcome>>> decodeAny(Encoded record) {
    boolean later = LaterForm.has(record) && record.version() == LaterForm.VERSION;
    return CODEC.decode(later ? LaterForm.back(record) : record);
  }

  /** For a mutant: passes over what it can't read, as if another program had written it. */
  public Release passingOver() {
    return new Release(
        name + ", passing over",
        knowsTpm,
        writer,
        record -> Either.right(reader.apply(record).getOrElse(Option.none())));
  }

  /** For a mutant: takes the number of an earlier version for what the later one means by it. */
  public Release withoutUpcast() {
    return new Release(
        name + ", without upcast",
        knowsTpm,
        writer,
        record ->
            reader.apply(
                LaterForm.has(record) && record.version() < LaterForm.VERSION
                    ? LaterForm.misread(record)
                    : record));
  }

  /** Unlike any other's. */
  String name() {
    return name;
  }

  /** Whether it writes down what the TPM's counter and identity are. */
  public boolean knowsTpm() {
    return knowsTpm;
  }

  Encoded encoded(Event<Intent, Outcome> event) {
    return written.of(event, writer);
  }

  /** None for the journal's own records; on the left why it can't be read. */
  Either<String, Option<Event<Intent, Outcome>>> in(JournalRecord record) {
    return read.of(
        new Encoded(record.type(), record.typeVersion(), record.payload().text()), reader);
  }
}
