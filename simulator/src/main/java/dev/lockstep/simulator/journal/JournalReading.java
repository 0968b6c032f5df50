package dev.lockstep.simulator.journal;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.collection.Vector;
import io.vavr.control.Option;

/**
 * The longest valid chain of records on a journal's medium, read on from where it was read before:
 * record and chain are the journal's own. What a boot starts from, and what the invariants are held
 * against, is read by the journal's own scanner, all of it ({@link JournalScans}). The latest
 * release reads here, which reads what any wrote.
 *
 * @param events oldest first
 * @param state their fold
 * @param head of the chain
 * @param generation the one whose records were read last
 * @param document where its next one would begin, in bytes from the generation's beginning
 * @param tpm what was told last of the machine's, which no phase has in it
 * @param forms which forms of records there are that not every release of the runner reads alike
 */
public record JournalReading(
    Vector<Event<Intent, Outcome>> events,
    State<Phase, Intent> state,
    ChainHead head,
    int generation,
    int document,
    TpmIdentity tpm,
    int forms) {

  private static final int TELLS_TPM = 1;
  private static final int LATER_VERSION = 2;

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final Memo<State<Phase, Intent>, Fingerprint> FOLDS = new Memo<>(50_000);

  public static final JournalReading NOTHING =
      new JournalReading(
          Vector.empty(),
          State.in(MACHINE.start()),
          ChainHead.START,
          0,
          GenerationLayout.FIRST_DOCUMENT,
          TpmIdentity.NOT_TOLD,
          0);

  /** The same journal with what came to the medium since; what was read is not read again. */
  public JournalReading extendedBy(DiskImage image) {
    JournalReading reading = this;
    int generations = GenerationSectors.in(image);
    while (reading.generation < generations) {
      Option<JournalReading> further = reading.withNext(image);
      if (further.isDefined()) {
        reading = further.get();
      } else if (reading.generation + 1 < generations) {
        reading = reading.at(reading.generation + 1, GenerationLayout.FIRST_DOCUMENT);
      } else {
        return reading;
      }
    }
    return reading;
  }

  private JournalReading at(int otherGeneration, int otherDocument) {
    return new JournalReading(events, state, head, otherGeneration, otherDocument, tpm, forms);
  }

  /** With one record more; none where it is torn, or does not follow the last valid one. */
  private Option<JournalReading> withNext(DiskImage image) {
    int offset = document + GenerationLayout.DOCUMENT_HEADER_BYTES;
    int firstSector = offset / Sector.BYTES;
    Sector first = image.sector(generation * GenerationSectors.COUNT + firstSector);
    if (first.at(offset % Sector.BYTES) == 0) {
      return Option.none(); // a record does not begin so: nothing, or a tail without its beginning
    }
    byte[] bytes = GenerationSectors.bytesFrom(image, generation, firstSector);
    int inBytes = offset - firstSector * Sector.BYTES;
    if (!RecordCodec.hasMagic(bytes, inBytes)) {
      return Option.none();
    }
    return RecordCodec.decode(bytes, inBytes)
        .toOption()
        .filter(this::isNext)
        .map(record -> with(record, offset + record.lengthBytes()));
  }

  /** A generation begins with the record that opens it, and has no other such. */
  private boolean isNext(EncodedRecord found) {
    boolean first = document == GenerationLayout.FIRST_DOCUMENT;
    return found.record().generation() == generation
        && first == GenerationOpened.isNamedBy(found.record())
        && head.isFollowedBy(found);
  }

  private JournalReading with(EncodedRecord found, int recordEnd) {
    JournalRecord record = found.record();
    int next = GenerationLayout.documentAfter(recordEnd);
    Option<Event<Intent, Outcome>> event = Release.NEXT.in(record).getOrElse(Option.none());
    return new JournalReading(
        event.map(events::append).getOrElse(events),
        event.map(known -> MACHINE.evolve(state, known)).getOrElse(state),
        head.after(found),
        generation,
        next,
        event.flatMap(JournalReading::toldTpm).getOrElse(tpm),
        event.isDefined() ? forms | formOf(record) : forms);
  }

  private static Option<TpmIdentity> toldTpm(Event<Intent, Outcome> event) {
    return event instanceof Event.Completed<Intent, Outcome>(Outcome outcome)
            && outcome instanceof Outcome.TellsTpm telling
            && telling.tpmIdentity().wasTold()
        ? Option.some(telling.tpmIdentity())
        : Option.none();
  }

  private static int formOf(JournalRecord record) {
    if (record.typeVersion() > 1) {
      return LATER_VERSION;
    }
    return EarlierForm.isLeftBehindBy(record.payload().text()) ? TELLS_TPM : 0;
  }

  /**
   * Stands for the journal in comparisons of states: its fold but for the count of boots, which
   * only ever matters to a limit that explorations put out of reach. What one release reads and
   * another does not makes two of it.
   */
  public Fingerprint fingerprint() {
    Fingerprint fold =
        FOLDS.of(
            new State<>(state.phase(), state.open(), 0),
            known -> Fingerprint.of(known.phase() + " " + known.open()));
    Fingerprint formed = forms == 0 ? fold : fold.at(forms);
    return tpm.wasTold() ? formed.then(Fingerprint.of(tpm.endorsement())) : formed;
  }
}
