package dev.lockstep.initrd.runner;

import dev.lockstep.journal.chain.HeadSigner;
import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.EventStore;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The journal as the loop's event store. It is read as it lies; a generation of this boot is opened
 * with the first append, so a run that writes nothing leaves no trace.
 */
public final class JournalEvents<I, O> implements EventStore<Event<I, O>>, AutoCloseable {

  private final String name;
  private final Path folder;
  private final Path scratch;
  private final UUID bootId;
  private final EventCodec<I, O> codec;
  private final Medium medium;
  private final Compaction compaction;
  private Option<Journal> open = Option.none();
  private Supplier<Option<HeadSigner>> signer = Option::none;

  /** Where the journal's folder lies. */
  public interface Medium {
    /** Called before the first append. */
    void makeWritable() throws IOException;
  }

  /**
   * A store for {@code machine}'s events.
   *
   * @param name by which a person finds it
   * @param machine whose replay decides which events of many cut boots are still needed
   */
  public JournalEvents(
      String name,
      Path folder,
      Path scratch,
      UUID bootId,
      EventCodec<I, O> codec,
      Machine<?, I, O, ?> machine,
      Medium medium) {
    this.medium = medium;
    this.compaction = Compaction.keeping(new EventRetention<>(codec, machine));
    this.name = name;
    this.folder = folder;
    this.scratch = scratch;
    this.bootId = bootId;
    this.codec = codec;
  }

  /**
   * The journal is damaged where no power cut damages it, or says what this Lockstep can't read.
   */
  public static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(String sentence) {
      super(sentence);
    }
  }

  /**
   * Signs the head behind every outcome from now on.
   *
   * @param signer asked each time; none where the key is not at hand, and then nothing is signed
   */
  void signWith(Supplier<Option<HeadSigner>> signer) {
    this.signer = signer;
  }

  @Override
  public List<Event<I, O>> past() throws IOException {
    List<Event<I, O>> events = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return events;
    }
    Scan scan = JournalReader.read(folder);
    requireSound(scan);
    for (JournalRecord record : scan.records()) {
      for (Event<I, O> event : decode(record)) {
        events.add(event);
      }
    }
    return events;
  }

  /** A tail that a cut explains is no damage: the next generation will account for it. */
  private void requireSound(Scan scan) throws Damaged {
    for (Finding finding : scan.findings()) {
      boolean explained =
          !finding.isDamage()
              || finding instanceof Finding.TornOrDamaged
              || finding instanceof Finding.NoRecord;
      if (!explained) {
        throw finding instanceof Finding.LaterFormat
            ? notFollowed(finding.sentence())
            : new Damaged(
                "The journal %s is damaged: %s. Nothing was written; look at it with `lockstep journal verify`."
                    .formatted(name, finding.sentence()));
      }
    }
  }

  private Option<Event<I, O>> decode(JournalRecord record) throws IOException {
    Either<String, Option<Event<I, O>>> event =
        codec.decode(new Encoded(record.type(), record.typeVersion(), record.payload().text()));
    if (event.isLeft()) {
      throw notFollowed(event.getLeft());
    }
    return event.get();
  }

  /** Of a record that says what can't be known here: to pass it over would be to guess. */
  private Damaged notFollowed(String why) {
    return new Damaged(
        "The journal %s can't be followed: %s. Nothing was written by this run."
            .formatted(name, why));
  }

  @Override
  public void append(Event<I, O> event) throws IOException {
    Encoded encoded = codec.encode(event);
    try {
      journal().append(encoded.type(), encoded.version(), encoded.payload());
      if (isOutcome(event)) {
        signHead();
      }
    } catch (JournalFailed failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  /** A cut before the signature is durable leaves the outcome; the next one's signs it, too. */
  private void signHead() throws IOException, JournalFailed {
    Option<HeadSigner> atHand = signer.get();
    if (atHand.isDefined()) {
      journal().signHead(atHand.get());
    }
  }

  private static boolean isOutcome(Event<?, ?> event) {
    return switch (event) {
      case Event.Completed<?, ?> _, Event.Adopted<?, ?> _ -> true;
      case Event.BootStarted<?, ?> _, Event.Intended<?, ?> _, Event.Stopped<?, ?> _ -> false;
    };
  }

  @Override
  public Digest head() throws IOException {
    return new Digest(journal().headHash().toString());
  }

  private Journal journal() throws IOException {
    if (open.isEmpty()) {
      medium.makeWritable();
      boolean begun = Files.isDirectory(folder) && !JournalReader.read(folder).records().isEmpty();
      try {
        open =
            Option.some(
                begun
                    ? Journal.open(folder, scratch, bootId, System::currentTimeMillis, compaction)
                    : Journal.create(folder, scratch, bootId, System::currentTimeMillis));
      } catch (JournalFailed failed) {
        throw new IOException(failed.getMessage(), failed);
      }
    }
    return open.get();
  }

  @Override
  public void close() {
    open.forEach(Journal::close);
  }
}
