package dev.lockstep.simulator.journal;

import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import io.vavr.collection.Vector;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/**
 * The journal, record by record.
 *
 * <p><b>The fault contract.</b> A record is torn like any write. Its place was allocated before, so
 * no folder or table is written with it. Each boot begins behind everything that any earlier boot
 * wrote, whole or torn, as a new generation does: nothing is appended behind a torn tail, and its
 * first record names the last valid one.
 */
public final class ModelJournal implements EventStore<Event<Intent, Outcome>> {

  private final ModelDisk disk;
  private final Registry registry;
  private final JournalReading found;
  private Vector<Event<Intent, Outcome>> acknowledged;
  private Option<Event<Intent, Outcome>> inFlight = Option.none();
  private Digest head;
  private int nextPlace;

  /**
   * The journal of one boot.
   *
   * @param found what this boot reads before it writes
   */
  public ModelJournal(ModelDisk disk, Registry registry, JournalReading found) {
    this.disk = disk;
    this.registry = registry;
    this.found = found;
    this.acknowledged = found.events();
    this.head = found.head();
    this.nextPlace = found.scannedRecords();
  }

  /** What a sector is for, for people. */
  public static String place(int sector) {
    return "record " + sector / RecordSectors.COUNT;
  }

  @Override
  public List<Event<Intent, Outcome>> past() {
    return found.events().asJava();
  }

  @Override
  public void append(Event<Intent, Outcome> event) throws IOException {
    RecordSectors record = write(event);
    disk.flush(); // before it is acknowledged: whoever relies on it will find it
    if (!RecordSectors.at(disk::sector, nextPlace).equals(record)) {
      throw new IOException("a record reads back otherwise than it was written");
    }
    acknowledge(event, record);
  }

  /** A broken append, for a mutant: acknowledged while it is on its way. */
  public void appendUnflushed(Event<Intent, Outcome> event) {
    acknowledge(event, write(event));
  }

  private RecordSectors write(Event<Intent, Outcome> event) {
    inFlight = Option.some(event);
    RecordSectors record = RecordSectors.of(head, registry.tokenOf(event));
    disk.write(RecordSectors.COUNT * nextPlace, record.first());
    disk.write(RecordSectors.COUNT * nextPlace + 1, record.second());
    return record;
  }

  private void acknowledge(Event<Intent, Outcome> event, RecordSectors record) {
    acknowledged = acknowledged.append(event);
    inFlight = Option.none();
    head = record.digest();
    nextPlace++;
  }

  @Override
  public Digest head() {
    return head;
  }

  /** Every record whose append has returned, of this boot and those before. */
  public Vector<Event<Intent, Outcome>> acknowledged() {
    return acknowledged;
  }

  /** The record being appended at this moment. */
  public Option<Event<Intent, Outcome>> inFlight() {
    return inFlight;
  }
}
