package dev.lockstep.journal.scan;

import dev.lockstep.journal.chain.ChainHead;
import dev.lockstep.journal.chain.Tail;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is left to say of a journal once its records went by: see {@link Scan} for the fields they
 * share.
 *
 * @param findings the first ones, up to the limit that was asked for
 * @param furtherFindings how many more there were
 * @param firstDamage the first finding that no known cut explains, whether or not it is among the
 *     ones kept
 */
public record ScanSummary(
    List<Finding> findings,
    long furtherFindings,
    Optional<Finding> firstDamage,
    ChainHead head,
    List<Tail> tails,
    Optional<Scan.Base> base,
    int lastGeneration) {
  public ScanSummary {
    findings = List.copyOf(findings);
    tails = List.copyOf(tails);
  }

  /** The same, with what else was noticed; nothing twice. */
  public ScanSummary with(List<Finding> more) {
    List<Finding> all = Stream.concat(findings.stream(), more.stream()).distinct().toList();
    Optional<Finding> damage =
        firstDamage.or(() -> more.stream().filter(Finding::isDamage).findFirst());
    return new ScanSummary(all, furtherFindings, damage, head, tails, base, lastGeneration);
  }
}
