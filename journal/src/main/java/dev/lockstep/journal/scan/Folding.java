package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.record.RecordFault;
import dev.lockstep.journal.scan.Finding.Place;
import io.vavr.control.Either;
import java.util.List;
import java.util.Optional;

/** Whether a generation begins with a checkpoint, and a whole one. */
sealed interface Folding {
  /** The first record of a generation is hardly ever longer. */
  int BEGINNING_BYTES = 8192;

  /** An ordinary generation. */
  record None() implements Folding {}

  /** The checkpoint is whole; whatever lies before this generation may go. */
  record Complete(Place at, Checkpoint checkpoint) implements Folding {
    /** Where the chain stands before this generation's first record. */
    ChainHead head() {
      return new ChainHead(checkpoint.lastSequence() + 1, checkpoint.lastHash());
    }
  }

  /** Not all of its records are there. No older generation was dropped for it. */
  record Unfinished(Place at) implements Folding {}

  /** Its records are there, and don't say what a checkpoint says. */
  record Broken(Place at, String reason) implements Folding {}

  /**
   * Reads no more of a file than it must: its first record says whether there is more to know.
   * Trouble is left to whoever reads the file for its records.
   */
  static Folding of(GenerationFile file) {
    byte[] beginning = file.read(BEGINNING_BYTES, _ -> {}).bytes();
    boolean plain =
        RecordCodec.decode(
                beginning, GenerationLayout.FIRST_DOCUMENT + GenerationLayout.DOCUMENT_HEADER_BYTES)
            .fold(
                fault -> !(fault instanceof RecordFault.CutShort),
                first -> opened(first.record()).isEmpty());
    return plain ? new None() : Generation.of(file.read(_ -> {})).folding();
  }

  static Folding of(GenerationBytes file, GenerationScan scan) {
    Optional<GenerationOpened> opened =
        scan.records().stream().findFirst().flatMap(first -> opened(first.record()));
    if (opened.isEmpty()) {
      return new None();
    }
    List<LocatedRecord> records = scan.records();
    int needed = opened.get().checkpoints() + 1;
    if (records.size() < needed) {
      return new Unfinished(
          new Place(
              file.generation(),
              scan.endOffset() + GenerationLayout.DOCUMENT_HEADER_BYTES,
              records.getLast().sequence() + 1));
    }
    return whole(opened.get(), records.subList(0, needed), file.generation());
  }

  /** Empty where no checkpoint is to follow. */
  private static Optional<GenerationOpened> opened(JournalRecord first) {
    return GenerationOpened.read(first).filter(opened -> opened.checkpoints() > 0);
  }

  private static Folding whole(
      GenerationOpened opened, List<LocatedRecord> records, int generation) {
    ChainHead head = new ChainHead(opened.lastSequence() + 1, opened.lastHash());
    for (LocatedRecord record : records) {
      if (!head.isFollowedBy(record.encoded()) || record.record().generation() != generation) {
        return new Broken(place(record), "its records are not chained");
      }
      head = head.after(record.encoded());
    }
    Place at = place(records.get(1));
    Either<String, Checkpoint> checkpoint =
        Checkpoint.read(
            opened,
            records.subList(1, records.size()).stream().map(LocatedRecord::record).toList());
    return checkpoint.fold(
        reason -> new Broken(at, reason), complete -> new Complete(at, complete));
  }

  private static Place place(LocatedRecord record) {
    return new Place(record.generation(), record.byteOffset(), record.sequence());
  }
}
