package dev.lockstep.journal.verify;

import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.scan.ScanSummary;
import dev.lockstep.journal.scan.SignedHeads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an auditor is told about a journal: sound or not, up to where, and what lies behind. */
public record Verification(ScanSummary summary, Tally tally, SignedHeads signed) {
  public static final int EXIT_SOUND = 0;
  public static final int EXIT_DAMAGED = 20;

  /** How many findings are listed of a journal that goes by; the rest is counted. */
  public static final int MAX_FINDINGS = 1_000;

  /** With what is wrong with a signed head among the findings. */
  public Verification {
    summary = summary.with(signed.findings());
  }

  /** Of a journal that was read whole. */
  public Verification(Scan scan) {
    this(scan.summary(), Tally.of(scan), SignedHeads.of(scan));
  }

  /** The same, with an objection if none of these keys signed last. */
  public Verification trusting(TrustedKeys keys) {
    return new Verification(summary.with(keys.objection(signed).stream().toList()), tally, signed);
  }

  /** Up to where the journal is signed, and by whom. */
  public String signing() {
    return Signing.sentence(summary.head(), signed);
  }

  /** The same, for one line of many. */
  String signedBriefly() {
    return Signing.briefly(signed);
  }

  public boolean isSound() {
    return summary.firstDamage().isEmpty();
  }

  /** 0 or 20, as the command line's contract has it. */
  public int exitCode() {
    return isSound() ? EXIT_SOUND : EXIT_DAMAGED;
  }

  /** The verdict first, then what can be trusted, then every finding. */
  public List<String> sentences() {
    List<String> lines = new ArrayList<>();
    lines.add(verdict());
    if (!isSound()) {
      lines.add(trusted());
      behind().ifPresent(lines::add);
    }
    lines.add(signing());
    for (Finding finding : summary.findings()) {
      if (!summary.firstDamage().equals(Optional.of(finding))) {
        lines.add((finding.isDamage() ? "damage: " : "note: ") + finding.sentence());
      }
    }
    if (summary.furtherFindings() > 0) {
      lines.add("note: %d further findings are not listed".formatted(summary.furtherFindings()));
    }
    return lines;
  }

  private String verdict() {
    return summary
        .firstDamage()
        .map(damage -> "not sound: " + damage.sentence())
        .orElseGet(
            () ->
                "sound: %d records in %d boots; the last is %d, its hash %s"
                    .formatted(
                        tally.records(),
                        tally.boots(),
                        summary.head().lastSequence(),
                        summary.head().hash()));
  }

  private String trusted() {
    return tally.records() == 0
        ? "no record can be trusted"
        : "records 0 to %d are whole and chained; the last one's hash is %s"
            .formatted(summary.head().lastSequence(), summary.head().hash());
  }

  private Optional<String> behind() {
    if (tally.behind() == 0) {
      return Optional.empty();
    }
    LocatedRecord first = tally.listedBehind().getFirst();
    LocatedRecord last = tally.lastBehind().orElseThrow();
    return Optional.of(
        "behind it lie %d whole records that the chain does not reach, from %d (%s, byte %d) to %d (%s, byte %d)"
            .formatted(
                tally.behind(),
                first.sequence(),
                GenerationLayout.fileName(first.generation()),
                first.byteOffset(),
                last.sequence(),
                GenerationLayout.fileName(last.generation()),
                last.byteOffset()));
  }
}
