package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.RecordFault;
import dev.lockstep.journal.scan.Finding.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the generations together to one chain, and names whatever does not fit. Pure.
 *
 * <p>Bytes that are no record at the end of a generation are a cut if the next generation's first
 * record follows the last valid one (its boot saw the same), damage if it names a later one (its
 * boot still read what is now gone). While no later generation speaks, they are called "torn or
 * damaged", except where Chronicle's own header says that the append never ended.
 */
public final class JournalScanner {
  /** Bytes at the end of a generation that wait for a later generation's word. */
  private record Suspect(Place at, Optional<RecordFault> fault) {}

  private final RecordSink sink;
  private final Findings findings;
  private final List<Tail> tails = new ArrayList<>();
  private final List<Suspect> suspects = new ArrayList<>();
  private ChainHead head = ChainHead.START;
  private Optional<Scan.Base> base = Optional.empty();
  private long accepted;
  private boolean broken;

  private JournalScanner(RecordSink sink, int maxFindings) {
    this.sink = sink;
    this.findings = new Findings(maxFindings);
  }

  /**
   * Reads the chain, and keeps all records of it.
   *
   * @param generations in ascending order
   * @param whileReading what was noticed while they were read
   */
  public static Scan scan(List<GenerationBytes> generations, List<Finding> whileReading) {
    return collect(
        new JournalFiles(generations.stream().map(GenerationFile::of).toList(), whileReading));
  }

  /** Reads the chain, and keeps all records of it. */
  public static Scan collect(JournalFiles files) {
    List<LocatedRecord> located = new ArrayList<>();
    List<LocatedRecord> behind = new ArrayList<>();
    RecordSink collector =
        new RecordSink() {
          @Override
          public void accepted(LocatedRecord record) {
            located.add(record);
          }

          @Override
          public void behind(LocatedRecord record) {
            behind.add(record);
          }
        };
    ScanSummary summary = scan(files, collector, Integer.MAX_VALUE);
    return new Scan(
        located,
        behind,
        summary.findings(),
        summary.head(),
        summary.tails(),
        summary.base(),
        summary.lastGeneration());
  }

  /**
   * Reads the chain with one generation in memory at a time.
   *
   * @param maxFindings how many findings to keep; the others are counted
   */
  public static ScanSummary scan(JournalFiles files, RecordSink sink, int maxFindings) {
    JournalScanner scanner = new JournalScanner(sink, maxFindings);
    files.findings().forEach(scanner.findings::add);
    scanner.chain(files.generations());
    return new ScanSummary(
        scanner.findings.kept(),
        scanner.findings.further(),
        scanner.findings.firstDamage(),
        scanner.head,
        scanner.tails,
        scanner.base,
        files.lastGeneration());
  }

  private void chain(List<GenerationFile> files) {
    int first = beginAtCheckpoint(files);
    int expected = base.map(Scan.Base::generation).orElse(0);
    for (GenerationFile file : files.subList(first, files.size())) {
      Generation generation = Generation.of(file.read(findings::add));
      Optional<Finding> unfounded = Optional.empty();
      if (expected < file.generation()) {
        if (expected == 0) {
          unfounded = generation.unfounded();
          unfounded.ifPresent(findings::add);
        }
        findings.add(new Finding.MissingGeneration(expected, file.generation() - 1));
      }
      checkpoint(generation, unfounded);
      generation(generation);
      expected = file.generation() + 1;
    }
    judgeSuspects(false);
    if (accepted == 0 && findings.firstDamage().isEmpty()) {
      findings.add(new Finding.NoRecord());
    }
  }

  /**
   * Begins the chain at the newest whole checkpoint: what it stands for may be gone in part, in any
   * order.
   *
   * @return index of the generation with the checkpoint, 0 if there is none
   */
  private int beginAtCheckpoint(List<GenerationFile> files) {
    for (int at = files.size() - 1; at >= 0; at--) {
      if (Folding.of(files.get(at)) instanceof Folding.Complete complete) {
        Checkpoint checkpoint = complete.checkpoint();
        for (GenerationFile older : files.subList(0, at)) {
          findings.add(Generation.of(older.read(findings::add)).leftover(checkpoint));
        }
        findings.add(
            new Finding.Folded(checkpoint.lastSequence(), checkpoint.kept().size(), complete.at()));
        base = Optional.of(new Scan.Base(files.get(at).generation(), checkpoint));
        sink.begins(base);
        checkpoint.kept().stream().map(LocatedRecord::kept).forEach(this::accepted);
        head = complete.head();
        return at;
      }
    }
    return 0;
  }

  private void accepted(LocatedRecord record) {
    sink.accepted(record);
    accepted++;
  }

  /** What is wrong with a checkpoint, if it was not said before. */
  private void checkpoint(Generation generation, Optional<Finding> saidBefore) {
    if (!broken && generation.folding() instanceof Folding.Broken(Place at, String reason)) {
      Finding damaged = new Finding.CheckpointDamaged(at, reason);
      if (!saidBefore.equals(Optional.of(damaged))) {
        findings.add(damaged);
      }
    }
    base.filter(begun -> begun.generation() == generation.number())
        .filter(begun -> !begun.checkpoint().equals(generation.checkpoint().orElse(null)))
        .ifPresent(
            begun ->
                findings.add(
                    new Finding.CheckpointDamaged(
                        new Place(
                            begun.generation(),
                            GenerationLayout.FIRST_DOCUMENT
                                + GenerationLayout.DOCUMENT_HEADER_BYTES,
                            head.nextSequence()),
                        "the medium gave it back differently a second time")));
  }

  private void generation(Generation generation) {
    GenerationBytes file = generation.file();
    GenerationScan scan = generation.scan();
    int checkpoints =
        scan.records().stream()
            .findFirst()
            .flatMap(first -> GenerationOpened.read(first.record()))
            .map(GenerationOpened::checkpoints)
            .orElse(0);
    for (int at = 0; at < scan.records().size(); at++) {
      LocatedRecord record = scan.records().get(at);
      if (broken) {
        sink.behind(record);
      } else {
        accept(record, at == 0, at > 0 && at <= checkpoints);
      }
    }
    if (!broken) {
      frames(scan);
      end(file, scan);
    }
    boolean cutWhileMade = file.isZeroFrom(0) && file.fileSizeBytes() < GenerationLayout.FILE_BYTES;
    if (file.fileSizeBytes() != GenerationLayout.FILE_BYTES && !cutWhileMade) {
      Place at = new Place(file.generation(), scan.endOffset(), head.nextSequence());
      findings.add(new Finding.WrongSize(at, file.fileSizeBytes()));
    }
  }

  private void accept(LocatedRecord record, boolean first, boolean inCheckpoint) {
    Optional<Finding> fault = chainFault(record, first);
    if (fault.isEmpty() && inCheckpoint != Checkpoint.isNamedBy(record.record())) {
      Place at = new Place(record.generation(), record.byteOffset(), record.sequence());
      fault = Optional.of(new Finding.CheckpointDamaged(at, "a checkpoint begins or ends there"));
    }
    if (fault.isPresent()) {
      findings.add(fault.get());
      sink.behind(record);
      broken = true;
      return;
    }
    if (first) {
      judgeSuspects(true);
      tails.clear();
    }
    accepted(record);
    head = head.after(record.encoded());
  }

  /** Why {@code record} can't be the next one of the chain. */
  private Optional<Finding> chainFault(LocatedRecord record, boolean first) {
    Place at = new Place(record.generation(), record.byteOffset(), head.nextSequence());
    if (record.record().generation() != record.generation()) {
      return Optional.of(new Finding.WrongGeneration(at, record.record().generation()));
    }
    if (first != GenerationOpened.isNamedBy(record.record())) {
      return Optional.of(new Finding.NotOpened(at));
    }
    if (record.sequence() > head.nextSequence() && first && !suspects.isEmpty()) {
      Suspect gone = suspects.removeFirst();
      return Optional.of(
          new Finding.Damaged(gone.at(), gone.fault().orElseGet(RecordFault.NoMagic::new), 0));
    }
    if (record.sequence() != head.nextSequence()) {
      return Optional.of(new Finding.SequenceGap(at, record.sequence()));
    }
    if (!head.isFollowedBy(record.encoded())) {
      return Optional.of(new Finding.ChainBroken(at));
    }
    return first && !followsHead(record)
        ? Optional.of(new Finding.NotOpened(at))
        : Optional.empty();
  }

  private boolean followsHead(LocatedRecord opened) {
    return GenerationOpened.read(opened.record())
        .filter(o -> o.lastSequence() == head.lastSequence() && o.lastHash().equals(head.hash()))
        .isPresent();
  }

  /**
   * The last record's frame may be torn while the record is whole; an earlier one's was durable
   * before the next began.
   */
  private void frames(GenerationScan scan) {
    scan.records().stream()
        .limit(Math.max(0, scan.records().size() - 1))
        .filter(record -> !record.framed())
        .map(record -> new Place(record.generation(), record.byteOffset(), record.sequence()))
        .map(Finding.FrameDamaged::new)
        .forEach(findings::add);
  }

  private void end(GenerationBytes file, GenerationScan scan) {
    Place at =
        new Place(
            file.generation(),
            scan.endOffset() + GenerationLayout.DOCUMENT_HEADER_BYTES,
            head.nextSequence());
    Tail.State state =
        switch (scan.end()) {
          case GenerationEnd.Clean() -> {
            if (scan.records().isEmpty()) {
              findings.add(new Finding.EmptyGeneration(file.generation()));
            }
            yield scan.records().isEmpty() ? Tail.State.EMPTY : Tail.State.CLEAN;
          }
          case GenerationEnd.NeverCompleted() -> {
            suspects.add(new Suspect(at, Optional.empty()));
            yield Tail.State.TORN;
          }
          case GenerationEnd.Invalid(var fault, var salvaged) when salvaged.isEmpty() -> {
            suspects.add(new Suspect(at, Optional.of(fault)));
            yield Tail.State.TORN;
          }
          case GenerationEnd.Invalid(var fault, var salvaged) -> {
            findings.add(new Finding.Damaged(at, fault, salvaged.size()));
            salvaged.forEach(sink::behind);
            yield Tail.State.DAMAGED;
          }
        };
    tails.add(new Tail(file.generation(), state, scan.endOffset()));
  }

  private void judgeSuspects(boolean accountedFor) {
    for (Suspect suspect : suspects) {
      findings.add(
          accountedFor || suspect.fault().isEmpty()
              ? new Finding.TornTail(suspect.at())
              : unaccounted(suspect.at(), suspect.fault().get()));
    }
    suspects.clear();
  }

  private static Finding unaccounted(Place at, RecordFault fault) {
    return fault instanceof RecordFault.UnknownFormat format && format.isLater()
        ? new Finding.LaterFormat(at, format)
        : new Finding.TornOrDamaged(at, fault);
  }
}
