package dev.lockstep.initrd.boot;

import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.EventText;
import dev.lockstep.journal.event.Family;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.RecordSink;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.State;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of a journal as entries of systemd's log, in the form that {@code logger --journald}
 * reads: a field a line. They carry what a search wants: {@code journalctl
 * MESSAGE_ID=6c0c6b5e0f8b4d0f9a3d1f4a7b5e2c91}, {@code LOCKSTEP_PHASE=Complete}, {@code
 * LOCKSTEP_SEQUENCE=42}.
 */
final class SystemLog implements RecordSink {

  /** One for every record: sd_id128_t, made once for this and never changed. */
  static final String MESSAGE_ID = "6c0c6b5e0f8b4d0f9a3d1f4a7b5e2c91";

  private static final int INFORMATIONAL = 6; // syslog.h, LOG_INFO

  private final EventCodec<Intent, Outcome> codec = new EventCodec<>(Family.FIRST_BOOT);
  private final EventText text = new EventText();
  private final FirstBoot machine = new FirstBoot();
  private final long since;
  private final List<Entry> entries = new ArrayList<>();
  private State<Phase, Intent> state = State.in(machine.start());

  /**
   * An entry.
   *
   * @param sequence of its record
   * @param fields a field a line
   */
  record Entry(long sequence, String fields) {}

  /**
   * Makes entries of what comes behind a record.
   *
   * @param since the last one that the log has already; -1 for none
   */
  SystemLog(long since) {
    this.since = since;
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** After the last record. */
  Phase phase() {
    return state.phase();
  }

  @Override
  public void accepted(LocatedRecord located) {
    JournalRecord record = located.record();
    codec
        .decode(new Encoded(record.type(), record.typeVersion(), record.payload().text()))
        .forEach(known -> known.forEach(event -> state = machine.evolve(state, event)));
    if (located.sequence() > since) {
      entries.add(new Entry(located.sequence(), fields(located)));
    }
  }

  @Override
  public void behind(LocatedRecord record) {}

  private String fields(LocatedRecord located) {
    JournalRecord record = located.record();
    return String.join(
        "\n",
        "MESSAGE_ID=" + MESSAGE_ID,
        "PRIORITY=" + INFORMATIONAL,
        "SYSLOG_IDENTIFIER=lockstep",
        "LOCKSTEP_SEQUENCE=" + located.sequence(),
        "LOCKSTEP_GENERATION=" + located.generation(),
        "LOCKSTEP_TYPE=" + record.type(),
        "LOCKSTEP_PHASE=" + state.phase().getClass().getSimpleName(),
        "LOCKSTEP_BOOT=" + record.bootId(),
        "MESSAGE=" + text.sentence(record),
        "");
  }
}
