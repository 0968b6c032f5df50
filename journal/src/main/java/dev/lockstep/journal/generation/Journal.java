package dev.lockstep.journal.generation;

import static dev.lockstep.journal.generation.JournalFailed.Reason.LATER_FORMAT;
import static dev.lockstep.journal.generation.JournalFailed.Reason.MEDIUM;
import static dev.lockstep.journal.generation.JournalFailed.Reason.NO_ROOM;
import static dev.lockstep.journal.generation.JournalFailed.Reason.TOO_MANY_GENERATIONS;
import static dev.lockstep.journal.generation.JournalFailed.Reason.WRONG_PLACE;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.HeadSigner;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignedHeads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * The journal, open for this boot: what all boots before wrote, and a generation of its own to
 * append to.
 *
 * <p>What a cut does to each step of opening: before the new file's name is durable, nothing
 * happened; after that, and before its first record is durable, the file is an empty generation,
 * which the next boot notes and passes by. A file of an older boot is never written; it goes when a
 * checkpoint stands for it, see {@link Housekeeping}.
 *
 * <p>Not for use by two threads at once.
 */
public final class Journal implements AutoCloseable {
  private static final Compaction LOSSLESS = Compaction.keeping(Retention.EVERYTHING);

  private final Scan past;
  private final Scratch scratch;
  private final ChronicleGeneration writer;
  private final int generation;
  private final UUID bootId;
  private final LongSupplier clockMillis;
  private ChainHead head;
  private RunningRoot root;
  private Optional<Boolean> maySign = Optional.empty();

  private Journal(
      Scan past,
      Scratch scratch,
      ChronicleGeneration writer,
      int generation,
      UUID bootId,
      LongSupplier clockMillis) {
    this.past = past;
    this.scratch = scratch;
    this.writer = writer;
    this.generation = generation;
    this.bootId = bootId;
    this.clockMillis = clockMillis;
    this.head = past.head();
    this.root = past.root();
  }

  /**
   * Begins a journal. The folder is made where it is missing; one whose making was cut before the
   * first record is taken up.
   *
   * @param scratch a folder on tmpfs, used by this journal alone; leftovers in it are removed
   * @throws JournalFailed WRONG_PLACE if the folder holds a journal or anything else; the rest as
   *     for {@link #open}
   */
  public static Journal create(Path directory, Path scratch, UUID bootId, LongSupplier clockMillis)
      throws JournalFailed {
    try {
      Files.createDirectories(directory);
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        Medium.forceFolder(parent); // a journal whose folder is lost is lost
      }
    } catch (IOException failed) {
      throw new JournalFailed(
          MEDIUM, "%s can't be made: %s".formatted(directory, failed.getMessage()), failed);
    }
    return begin(directory, scratch, bootId, clockMillis, LOSSLESS, true);
  }

  /**
   * Opens a journal for another boot, in a new generation. Damage does not stop it (a later
   * Lockstep's records do): the valid prefix is what {@link #past} gives, and {@link #scan} says
   * what is wrong. A caller whose decisions rest on the journal looks at {@code scan().isSound()}
   * first.
   *
   * @param scratch a folder on tmpfs, used by this journal alone; leftovers in it are removed
   * @throws JournalFailed if nothing can be appended; {@link JournalFailed#reason} tells why, and
   *     whether anything was written
   */
  public static Journal open(Path directory, Path scratch, UUID bootId, LongSupplier clockMillis)
      throws JournalFailed {
    return open(directory, scratch, bootId, clockMillis, LOSSLESS);
  }

  /**
   * The same; where there are too many generations, the older ones are folded into a checkpoint and
   * removed. {@link #past} still gives all that was there.
   *
   * @param compaction how many are too many, and what of them is kept
   */
  public static Journal open(
      Path directory, Path scratch, UUID bootId, LongSupplier clockMillis, Compaction compaction)
      throws JournalFailed {
    return begin(directory, scratch, bootId, clockMillis, compaction, false);
  }

  private static Journal begin(
      Path directory,
      Path scratchFolder,
      UUID bootId,
      LongSupplier clockMillis,
      Compaction compaction,
      boolean anew)
      throws JournalFailed {
    Scratch scratch = Scratch.open(scratchFolder);
    ChronicleGeneration writer = null;
    boolean begun = false;
    try {
      Scan past = readDurably(directory);
      checkPlace(directory, past, anew);
      Housekeeping housekeeping = new Housekeeping(directory, compaction);
      if (housekeeping.clear(past)) {
        past = readDurably(directory);
      }
      int generation = past.lastGeneration() + 1;
      Optional<Checkpoint> checkpoint =
          compaction.isDue(past) ? compaction.checkpoint(past) : Optional.empty();
      writer = ChronicleGeneration.open(newFile(directory, generation), scratch);
      Journal journal = new Journal(past, scratch, writer, generation, bootId, clockMillis);
      journal.begin(checkpoint);
      if (checkpoint.isPresent()) {
        housekeeping.dropFolded(past, checkpoint.get());
      }
      begun = true;
      return journal;
    } finally {
      if (!begun) {
        closeQuietly(writer);
        closeQuietly(scratch);
      }
    }
  }

  private void begin(Optional<Checkpoint> checkpoint) throws JournalFailed {
    List<Payload> parts = checkpoint.flatMap(Checkpoint::payloads).orElse(List.of());
    GenerationOpened opened =
        new GenerationOpened(
            past.head().lastSequence(), past.head().hash(), past.tails(), parts.size());
    appendRecord(GenerationOpened.TYPE, opened.typeVersion(), opened.payload());
    for (Payload part : parts) {
      appendRecord(Checkpoint.TYPE, Checkpoint.TYPE_VERSION, part);
    }
  }

  /**
   * A process that was killed may have left a whole record in the page cache only. The new
   * generation will name it, so it must be durable before; and it is read from the medium, where a
   * record that a failed flush lost is not. Only the newest file can hold such a record: whoever
   * made it had forced the one before.
   */
  private static Scan readDurably(Path directory) throws JournalFailed {
    try {
      Optional<Path> newest = JournalReader.newest(directory);
      if (newest.isPresent()) {
        Medium.forceFile(newest.get());
      }
      return JournalReader.read(directory);
    } catch (NotDirectoryException missing) {
      throw new JournalFailed(WRONG_PLACE, directory + " is no folder with a journal", missing);
    } catch (IOException failed) {
      throw new JournalFailed(
          MEDIUM, "%s can't be read: %s".formatted(directory, failed.getMessage()), failed);
    }
  }

  private static void checkPlace(Path directory, Scan past, boolean anew) throws JournalFailed {
    if (!anew && past.lastGeneration() < 0) {
      throw new JournalFailed(WRONG_PLACE, directory + " holds no journal");
    }
    for (Finding finding : past.findings()) {
      if (finding instanceof Finding.LaterFormat) { // a generation behind it would pass it by
        throw new JournalFailed(LATER_FORMAT, finding.sentence());
      }
    }
    if (anew && !holdsNothing(past)) {
      throw new JournalFailed(
          WRONG_PLACE, directory + " is not empty; a new journal needs a folder of its own");
    }
    if (past.lastGeneration() >= JournalRecord.MAX_GENERATION) {
      throw new JournalFailed(
          TOO_MANY_GENERATIONS,
          "%s has used all generations up to %s: a person must look at it"
              .formatted(directory, GenerationLayout.fileName(JournalRecord.MAX_GENERATION)));
    }
  }

  /** Empty generations only, as an install leaves them that was cut before its first record. */
  private static boolean holdsNothing(Scan past) {
    return past.located().isEmpty()
        && past.behind().isEmpty()
        && past.findings().stream()
            .allMatch(
                finding ->
                    finding instanceof Finding.NoRecord
                        || finding instanceof Finding.EmptyGeneration
                        || finding instanceof Finding.TornTail
                        || finding instanceof Finding.TornOrDamaged);
  }

  private static Path newFile(Path directory, int generation) throws JournalFailed {
    Path file = directory.resolve(GenerationLayout.fileName(generation));
    try {
      Medium.preallocate(file, GenerationLayout.FILE_BYTES);
    } catch (IOException failed) {
      throw new JournalFailed(
          NO_ROOM,
          "%s needs %d bytes and could not get them: %s; nothing else was written"
              .formatted(file, GenerationLayout.FILE_BYTES, failed.getMessage()),
          failed);
    }
    try {
      // Before the first record: one in a file without a durable name is lost.
      Medium.forceFolder(directory);
    } catch (IOException failed) {
      throw new JournalFailed(
          MEDIUM, "the name %s is not durable: %s".formatted(file, failed.getMessage()), failed);
    }
    return file;
  }

  /** All records before this boot's generation that can be trusted, in order. */
  public List<JournalRecord> past() {
    return past.records();
  }

  /** What was found when the journal was opened. */
  public Scan scan() {
    return past;
  }

  /**
   * Appends a record; when this returns it is on the medium and was read back from there.
   *
   * @param type as {@link JournalRecord#type}, but not the journal's own {@value
   *     GenerationOpened#TYPE}, {@value Checkpoint#TYPE} and {@value SignedHead#TYPE}
   * @param payload UTF-8 JSON of at most {@value Payload#MAX_BYTES} bytes
   * @throws JournalFailed GENERATION_FULL: nothing was written, and a smaller record may still fit.
   *     Any other reason: this journal takes no further record, and whether this one is durable
   *     only the next boot will know
   * @throws IllegalArgumentException if type, version or payload can't be recorded; nothing was
   *     written
   */
  public JournalRecord append(String type, int typeVersion, byte[] payload) throws JournalFailed {
    if (Checkpoint.isReserved(type)) {
      throw new IllegalArgumentException("only the journal itself writes " + type);
    }
    return appendRecord(type, typeVersion, Payload.of(payload));
  }

  /**
   * Appends a signature over everything up to the last record. It stands behind that one; the
   * signed head itself is signed by the next.
   *
   * @return empty, and nothing was written, where the largest record would not fit behind it any
   *     more (an event must never lack the room that a signature took), or where {@link #past}
   *     holds damage or a wrong signed head: to sign that would be to vouch for it
   * @throws JournalFailed as for {@link #append}
   */
  public Optional<JournalRecord> signHead(HeadSigner signer) throws JournalFailed {
    if (!hasRoomFor(SignedHead.TYPE.length(), SignedHead.MAX_PAYLOAD_BYTES + RecordCodec.MAX_BYTES)
        || !maySign()) {
      return Optional.empty();
    }
    SignedHead signed = SignedHead.by(signer, head.hash(), root);
    return Optional.of(appendRecord(SignedHead.TYPE, SignedHead.TYPE_VERSION, signed.payload()));
  }

  private boolean maySign() {
    if (maySign.isEmpty()) {
      maySign = Optional.of(Compaction.isExplained(past) && SignedHeads.of(past).areRight());
    }
    return maySign.get();
  }

  private JournalRecord appendRecord(String type, int typeVersion, Payload payload)
      throws JournalFailed {
    JournalRecord record =
        new JournalRecord(
            generation,
            head.nextSequence(),
            bootId,
            clockMillis.getAsLong(),
            type,
            typeVersion,
            payload,
            head.hash());
    byte[] bytes = RecordCodec.encode(record);
    EncodedRecord encoded =
        RecordCodec.decode(bytes, 0).get(); // what can't be read back is never written
    writer.append(bytes);
    head = head.after(encoded);
    root = root.after(record.sequence(), encoded.hash());
    return record;
  }

  /** The file number of this boot's generation. */
  public int generation() {
    return generation;
  }

  /** Hash of the last record. */
  public Sha256 headHash() {
    return head.hash();
  }

  /** The sequence number the next record will have. */
  public long nextSequence() {
    return head.nextSequence();
  }

  /** Whether a record with such a type and payload still fits into this boot's generation. */
  public boolean hasRoomFor(int typeLength, int payloadBytes) {
    return RecordCodec.lengthBytes(typeLength, payloadBytes) <= writer.remainingBytes();
  }

  @Override
  public void close() {
    closeQuietly(writer);
    closeQuietly(scratch);
  }

  /**
   * Every record was durable when its append returned, and the next run cleans the scratch folder.
   */
  private static void closeQuietly(AutoCloseable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (Exception nothingDependsOnIt) {
      // A descriptor that won't close costs this process something, the journal nothing.
    }
  }
}
