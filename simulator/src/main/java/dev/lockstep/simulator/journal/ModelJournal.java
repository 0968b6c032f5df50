package dev.lockstep.simulator.journal;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.simulator.disk.Fingerprint;
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
import java.util.UUID;

/**
 * The journal on the modelled disk: the real bytes of the real records, chained as they are, read
 * by the real scanner. Whether Chronicle Queue writes them is the {@link JournalLevel}'s.
 *
 * <p><b>The fault contract.</b>
 *
 * <ul>
 *   <li>A record is torn like any write, at each sector; what lay in its first sector before is
 *       written again with it.
 *   <li>A generation's file was preallocated and its name was durable before its first record: no
 *       folder or table is written with a record. A cut in the making of the file is one before it.
 *   <li>Each boot opens a generation with its first append, and writes into no other: nothing is
 *       appended behind a torn tail, and its first record names the last valid one.
 *   <li>A generation that finds no room is not begun.
 *   <li>A force that fails ends the generation: nothing is written behind it.
 *   <li>Generations are never folded here (the journal's own tests do that).
 * </ul>
 */
public final class ModelJournal implements EventStore<Event<Intent, Outcome>>, AutoCloseable {

  /**
   * A record on its way.
   *
   * @param sectors it is written to
   * @param words what it says, but not which record it follows
   */
  public record Appending(int sectors, String words) {

    /** Stands for it where states are compared. */
    public Fingerprint fingerprint() {
      return Fingerprint.of(words).at(sectors);
    }
  }

  private final Release release;
  private final ModelDisk disk;
  private final Pen pen;
  private final JournalReading found;
  private final JournalScans.Found scan;
  private final int generation;
  private final UUID bootId;
  private Vector<Event<Intent, Outcome>> acknowledged;
  private Option<Event<Intent, Outcome>> inFlight = Option.none();
  private Option<Appending> appending = Option.none();
  private ChainHead head;
  private int document = GenerationLayout.FIRST_DOCUMENT;
  private boolean failed;

  /** The journal of one boot of today's runner. */
  public ModelJournal(JournalLevel level, ModelDisk disk, JournalReading found) {
    this(Release.PRESENT, level, disk, found);
  }

  /**
   * The journal of one boot.
   *
   * @param release of the runner
   * @param found what this boot reads before it writes
   */
  public ModelJournal(Release release, JournalLevel level, ModelDisk disk, JournalReading found) {
    this.release = release;
    this.disk = disk;
    this.pen = level.pen(disk);
    this.found = found;
    this.scan = JournalScans.of(disk.durable(), release);
    this.generation = GenerationSectors.in(disk.durable());
    this.bootId = new UUID(0, generation);
    this.acknowledged = found.events();
    this.head = found.head();
  }

  /** What a sector is for, for people. */
  public static String place(int sector) {
    return "generation "
        + sector / GenerationSectors.COUNT
        + ", sector "
        + sector % GenerationSectors.COUNT;
  }

  @Override
  public List<Event<Intent, Outcome>> past() throws IOException {
    return scan.sound();
  }

  /** Whether this boot's runner may not go on with what it found. */
  public boolean refusesPast() {
    return scan.damage().isDefined();
  }

  /** For a mutant: what can be read in spite of any damage. */
  public List<Event<Intent, Outcome>> readable() {
    return found.events().asJava();
  }

  @Override
  public void append(Event<Intent, Outcome> event) throws IOException {
    begin();
    inFlight = Option.some(event);
    Encoded encoded = release.encoded(event);
    append(encoded.type(), encoded.version(), Payload.of(encoded.payload()), told(event, encoded));
    acknowledge(event);
  }

  private void begin() throws IOException {
    if (failed) {
      throw new IOException("the journal failed before; the next run opens a new generation");
    }
    if (document == GenerationLayout.FIRST_DOCUMENT) {
      if (!disk.hasRoom()) {
        throw new IOException("there is no room for another generation; nothing was written");
      }
      GenerationOpened opened =
          new GenerationOpened(head.lastSequence(), head.hash(), scan.tails(), 0);
      append(GenerationOpened.TYPE, opened.typeVersion(), opened.payload(), "a generation");
    }
  }

  private void append(String type, int version, Payload payload, String words) throws IOException {
    failed = true; // whatever goes wrong from here on, nothing is ever written behind it
    EncodedRecord record = write(type, version, payload, words);
    pen.force(); // before it is acknowledged: whoever relies on it will find it
    head = head.after(record);
    document = next(record);
    appending = Option.none();
    failed = false;
  }

  /** A broken append, for a mutant: acknowledged while it is on its way. */
  public void appendUnflushed(Event<Intent, Outcome> event) throws IOException {
    begin();
    inFlight = Option.some(event);
    Encoded encoded = release.encoded(event);
    EncodedRecord record =
        write(
            encoded.type(), encoded.version(), Payload.of(encoded.payload()), told(event, encoded));
    head = head.after(record);
    document = next(record);
    appending = Option.none();
    acknowledge(event);
  }

  private static String told(Event<Intent, Outcome> event, Encoded encoded) {
    return encoded.version() == 1 ? event.toString() : event + ", version " + encoded.version();
  }

  private EncodedRecord write(String type, int version, Payload payload, String words)
      throws IOException {
    JournalRecord record =
        new JournalRecord(
            generation, head.nextSequence(), bootId, 0, type, version, payload, head.hash());
    byte[] bytes = RecordCodec.encode(record);
    if (!GenerationSectors.hasRoomFor(document, bytes.length)) {
      throw new IOException("the generation is full");
    }
    pen.write(record, bytes, document);
    appending = Option.some(new Appending(disk.pending().size(), words));
    return RecordCodec.decode(bytes, 0)
        .getOrElseThrow(() -> new IOException("a record that can't be read back"));
  }

  private int next(EncodedRecord record) {
    return GenerationLayout.documentAfter(
        document + GenerationLayout.DOCUMENT_HEADER_BYTES + record.lengthBytes());
  }

  private void acknowledge(Event<Intent, Outcome> event) {
    acknowledged = acknowledged.append(event);
    inFlight = Option.none();
  }

  @Override
  public Digest head() {
    return new Digest(head.hash().toString());
  }

  /** Off: what is on its way to the medium stays so. */
  @Override
  public void close() {
    pen.close();
  }

  /** Of this boot, in each of its records. */
  public UUID bootId() {
    return bootId;
  }

  /** Every record whose append has returned, of this boot and those before. */
  public Vector<Event<Intent, Outcome>> acknowledged() {
    return acknowledged;
  }

  /** The record being appended at this moment. */
  public Option<Event<Intent, Outcome>> inFlight() {
    return inFlight;
  }

  /** The same, or a record of the journal's own. */
  public Option<Appending> appending() {
    return appending;
  }
}
