package dev.lockstep.journal.generation;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.record.EncodedRecord;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.SignedHeads;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * When older generations are folded into a checkpoint, and what it keeps of them. Pure; {@link
 * Journal} does it.
 *
 * @param maxGenerations files at any time, from 2; the one being written counts
 */
public record Compaction(int maxGenerations, Retention retention) {
  /** Eight files, 5 MiB. */
  public static final int DEFAULT_GENERATIONS = 8;

  /** Of so many keys a signed head is kept. A key is made anew only while the disk is plain. */
  public static final int MAX_SIGNING_KEYS = 16;

  public Compaction {
    if (maxGenerations < 2) {
      throw new IllegalArgumentException("folding needs at least 2 generations");
    }
  }

  public static Compaction keeping(Retention retention) {
    return new Compaction(DEFAULT_GENERATIONS, retention);
  }

  /** Whether a further generation would be the last one allowed. */
  boolean isDue(Scan past) {
    int first = past.base().map(Scan.Base::generation).orElse(0);
    int files = past.lastGeneration() - first + 1;
    return files >= maxGenerations - 1
        && isExplained(past)
        && SignedHeads.of(past).areRight(); // a wrong one is evidence, too
  }

  /** Damage is evidence: nothing is folded, nothing removed, and a person looks at it. */
  static boolean isExplained(Scan past) {
    return past.findings().stream()
        .allMatch(
            finding ->
                !finding.isDamage()
                    || finding instanceof Finding.TornOrDamaged
                    || finding instanceof Finding.NoRecord);
  }

  /**
   * The first of the generations at the end that no record was ever acknowledged in: made by boots
   * that were cut before their journal was open. They go before a fold, so that boots cut in the
   * middle of it don't pile up.
   *
   * @return one more than the last generation if there are none
   */
  static int firstUnopened(Scan past) {
    if (past.located().isEmpty()) {
      return 0;
    }
    LocatedRecord last = past.located().getLast();
    boolean cutInFold =
        past.base().stream().noneMatch(base -> base.generation() == last.generation())
            && GenerationOpened.read(
                    past.located().stream()
                        .filter(record -> record.generation() == last.generation())
                        .findFirst()
                        .orElseThrow()
                        .record())
                .filter(opened -> opened.checkpoints() > 0)
                .isPresent();
    return cutInFold ? last.generation() : last.generation() + 1;
  }

  /**
   * A checkpoint for all of {@code past}; empty where there is nothing to stand for, or what must
   * be kept is too much for one generation.
   */
  Optional<Checkpoint> checkpoint(Scan past) {
    List<LocatedRecord> events =
        past.located().stream()
            .filter(record -> !Checkpoint.isReserved(record.record().type()))
            .toList();
    List<JournalRecord> all = events.stream().map(LocatedRecord::record).toList();
    List<JournalRecord> wanted = retention.keep(all);
    // What does not lead to the same state is not used, whoever is to blame: everything does.
    Set<Long> kept = sequences(retention.preserves(all, wanted) ? wanted : all);
    kept.addAll(lastSignedHeads(past));
    List<EncodedRecord> records =
        past.located().stream()
            .map(LocatedRecord::encoded)
            .filter(record -> kept.contains(record.record().sequence()))
            .toList();
    Checkpoint checkpoint =
        new Checkpoint(past.head().lastSequence(), past.head().hash(), past.root().hash(), records);
    return past.located().isEmpty() || checkpoint.payloads().isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoint);
  }

  /**
   * The last signed head of each key, so that a statement kept elsewhere still meets one by its
   * key: of the keys that signed last, as each new one would else take room for ever.
   */
  private static List<Long> lastSignedHeads(Scan past) {
    List<Long> records =
        SignedHeads.of(past).lastOfKey().values().stream()
            .map(head -> head.sequence() + 1) // the record right behind what it signs
            .toList();
    return records.subList(Math.max(0, records.size() - MAX_SIGNING_KEYS), records.size());
  }

  /**
   * Whether the journal as it was read back, from its checkpoint on, says what {@code past} said.
   */
  boolean isWhole(Scan past, Checkpoint written, Scan readBack) {
    return isExplained(readBack)
        && readBack.base().map(Scan.Base::checkpoint).equals(Optional.of(written))
        && retention.preserves(events(past), events(readBack));
  }

  private static List<JournalRecord> events(Scan scan) {
    return scan.records().stream().filter(r -> !Checkpoint.isReserved(r.type())).toList();
  }

  private static Set<Long> sequences(List<JournalRecord> records) {
    Set<Long> sequences = new HashSet<>();
    records.forEach(record -> sequences.add(record.sequence()));
    return sequences;
  }
}
