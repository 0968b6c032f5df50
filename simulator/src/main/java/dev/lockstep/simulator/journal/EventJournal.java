package dev.lockstep.simulator.journal;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalScanner;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import io.vavr.collection.Vector;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * The journal of any family of events on a modelled disk, for one boot: real records, chained and
 * scanned by the journal's own code. Its fault contract is {@link ModelJournal}'s.
 */
public final class EventJournal<I, O> implements EventStore<Event<I, O>> {

  private final EventCodec<I, O> codec;
  private final ModelDisk disk;
  private final Scan found;
  private final int generation;
  private Vector<Event<I, O>> acknowledged;
  private ChainHead head;
  private int document = GenerationLayout.FIRST_DOCUMENT;

  /**
   * The journal as this boot finds it.
   *
   * @throws IOException if it is damaged where no cut damages it
   */
  public EventJournal(EventCodec<I, O> codec, ModelDisk disk) throws IOException {
    this.codec = codec;
    this.disk = disk;
    this.found = scan(disk.durable());
    this.generation = GenerationSectors.in(disk.durable());
    this.acknowledged = events(codec, found);
    this.head = found.head();
  }

  /**
   * All that is on a medium.
   *
   * @param torn whether a record behind them was cut, and no generation accounts for it yet
   */
  public record Reading<I, O>(Vector<Event<I, O>> events, boolean torn) {}

  /**
   * Reads all of it, as a boot does.
   *
   * @throws IOException if it is damaged where no cut damages it
   */
  public static <I, O> Reading<I, O> read(EventCodec<I, O> codec, DiskImage image)
      throws IOException {
    Scan scan = scan(image);
    boolean torn = scan.tails().stream().anyMatch(tail -> tail.state() == Tail.State.TORN);
    return new Reading<>(events(codec, scan), torn);
  }

  private static Scan scan(DiskImage image) {
    return JournalScanner.scan(GenerationSectors.files(image), List.of());
  }

  private static <I, O> Vector<Event<I, O>> events(EventCodec<I, O> codec, Scan scan)
      throws IOException {
    for (Finding finding : scan.findings()) {
      if (!JournalScans.isExplained(finding)) {
        throw new IOException("The journal is damaged: " + finding.sentence());
      }
    }
    Vector<Event<I, O>> events = Vector.empty();
    for (JournalRecord record : scan.records()) {
      Encoded encoded = new Encoded(record.type(), record.typeVersion(), record.payload().text());
      Option<Event<I, O>> event =
          codec.decode(encoded).getOrElseThrow(sentence -> new IOException(sentence));
      events = events.appendAll(event);
    }
    return events;
  }

  @Override
  public List<Event<I, O>> past() {
    return acknowledged.asJava();
  }

  @Override
  public void append(Event<I, O> event) throws IOException {
    if (document == GenerationLayout.FIRST_DOCUMENT) {
      GenerationOpened opened =
          new GenerationOpened(head.lastSequence(), head.hash(), found.tails(), 0);
      append(GenerationOpened.TYPE, opened.typeVersion(), opened.payload());
    }
    Encoded encoded = codec.encode(event);
    append(encoded.type(), encoded.version(), Payload.of(encoded.payload()));
    acknowledged = acknowledged.append(event);
  }

  private void append(String type, int version, Payload payload) throws IOException {
    JournalRecord record =
        new JournalRecord(
            generation,
            head.nextSequence(),
            new UUID(0, generation),
            0,
            type,
            version,
            payload,
            head.hash());
    byte[] bytes = RecordCodec.encode(record);
    if (!GenerationSectors.hasRoomFor(document, bytes.length)) {
      throw new IOException("the generation is full");
    }
    SectorPen pen = new SectorPen(disk);
    pen.write(record, bytes, document);
    pen.force();
    EncodedRecord written =
        RecordCodec.decode(bytes, 0)
            .getOrElseThrow(() -> new IOException("a record that can't be read back"));
    head = head.after(written);
    document =
        GenerationLayout.documentAfter(
            document + GenerationLayout.DOCUMENT_HEADER_BYTES + bytes.length);
  }

  @Override
  public Digest head() {
    return new Digest(head.hash().toString());
  }

  /** Every event whose append has returned, of this boot and those before. */
  public Vector<Event<I, O>> acknowledged() {
    return acknowledged;
  }
}
