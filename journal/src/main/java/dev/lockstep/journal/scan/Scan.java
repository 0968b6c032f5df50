package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.RunningRoot;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.record.JournalRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a journal holds: the longest valid prefix of its chain, and all that was noticed on the way.
 *
 * @param located the prefix, in order
 * @param behind valid records that lie behind the end of the prefix; shown to an auditor, never
 *     acted on
 * @param tails how the generations since the last accepted record ended, for the next generation's
 *     first record
 * @param base where the chain begins, if not at record 0
 * @param lastGeneration the highest number in use, -1 for none
 */
public record Scan(
    List<LocatedRecord> located,
    List<LocatedRecord> behind,
    List<Finding> findings,
    ChainHead head,
    List<Tail> tails,
    Optional<Base> base,
    int lastGeneration) {
  /** The generation whose checkpoint stands for all before it. */
  public record Base(int generation, Checkpoint checkpoint) {}

  public Scan {
    located = List.copyOf(located);
    behind = List.copyOf(behind);
    findings = List.copyOf(findings);
    tails = List.copyOf(tails);
  }

  /** The same without the records. */
  public ScanSummary summary() {
    return new ScanSummary(findings, 0, firstDamage(), head, tails, base, lastGeneration);
  }

  /** The prefix; where a checkpoint stands for older records, the ones it keeps come first. */
  public List<JournalRecord> records() {
    return located.stream().map(LocatedRecord::record).toList();
  }

  /** Over all records up to the head, going on where the checkpoint's ended. */
  public RunningRoot root() {
    RunningRoot root =
        base.map(begin -> begin.checkpoint().runningRoot()).orElse(RunningRoot.START);
    for (LocatedRecord record : located) {
      if (record.sequence() > root.lastSequence()) {
        root = root.after(record.sequence(), record.hash());
      }
    }
    return root;
  }

  /** The same, with what else was noticed; nothing twice. */
  public Scan with(List<Finding> more) {
    List<Finding> all = Stream.concat(findings.stream(), more.stream()).distinct().toList();
    return new Scan(located, behind, all, head, tails, base, lastGeneration);
  }

  /**
   * The first finding that no known cut explains; empty for a journal that can be trusted as far as
   * it goes.
   */
  public Optional<Finding> firstDamage() {
    return findings.stream().filter(Finding::isDamage).findFirst();
  }

  public boolean isSound() {
    return firstDamage().isEmpty();
  }
}
