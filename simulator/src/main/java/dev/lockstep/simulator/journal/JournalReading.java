package dev.lockstep.simulator.journal;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.collection.Vector;

/**
 * The longest valid chain of records on a journal's medium.
 *
 * @param events oldest first
 * @param state their fold
 * @param head digest of the last record
 * @param scannedRecords places for records that were looked at, torn ones included; what is
 *     appended goes behind them
 */
public record JournalReading(
    Vector<Event<Intent, Outcome>> events,
    State<Phase, Intent> state,
    Digest head,
    int scannedRecords) {

  private static final FirstBoot MACHINE = new FirstBoot();

  public static final JournalReading NOTHING =
      new JournalReading(Vector.empty(), State.in(MACHINE.start()), Digest.of(new byte[0]), 0);

  /** The same journal with what came to the medium since; what was scanned is not read again. */
  public JournalReading extendedBy(DiskImage image, Registry registry) {
    JournalReading reading = this;
    int places = Math.ceilDiv(image.length(), RecordSectors.COUNT);
    for (int place = scannedRecords; place < places; place++) {
      reading = reading.withPlace(RecordSectors.at(image::sector, place), registry, place);
    }
    return reading;
  }

  /** A record that is torn, or that does not name the last valid one, is passed over. */
  private JournalReading withPlace(RecordSectors record, Registry registry, int place) {
    return record
        .tokenAfter(head)
        .flatMap(registry::event)
        .map(
            event ->
                new JournalReading(
                    events.append(event), MACHINE.evolve(state, event), record.digest(), place + 1))
        .getOrElse(() -> new JournalReading(events, state, head, place + 1));
  }

  /**
   * Stands for the journal in comparisons of states: its fold but for the count of boots, which
   * only ever matters to a limit that explorations put out of reach.
   */
  public Fingerprint fingerprint() {
    return Fingerprint.of(state.phase() + " " + state.open());
  }
}
