package dev.lockstep.journal.verify;

import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an auditor is told about a journal: sound or not, up to where, and what lies behind. */
public record Verification(Scan scan) {
  public static final int EXIT_SOUND = 0;
  public static final int EXIT_DAMAGED = 20;

  /** 0 or 20, as the command line's contract has it. */
  public int exitCode() {
    return scan.isSound() ? EXIT_SOUND : EXIT_DAMAGED;
  }

  /** The verdict first, then what can be trusted, then every finding. */
  public List<String> sentences() {
    List<String> lines = new ArrayList<>();
    lines.add(verdict());
    if (!scan.isSound()) {
      lines.add(trusted());
      behind().ifPresent(lines::add);
    }
    for (Finding finding : scan.findings()) {
      if (!scan.firstDamage().equals(Optional.of(finding))) {
        lines.add((finding.isDamage() ? "damage: " : "note: ") + finding.sentence());
      }
    }
    return lines;
  }

  private String verdict() {
    return scan.firstDamage()
        .map(damage -> "not sound: " + damage.sentence())
        .orElseGet(
            () ->
                "sound: %d records in %d boots; the last is %d, its hash %s"
                    .formatted(
                        scan.located().size(),
                        boots(),
                        scan.head().lastSequence(),
                        scan.head().hash()));
  }

  private String trusted() {
    return scan.located().isEmpty()
        ? "no record can be trusted"
        : "records 0 to %d are whole and chained; the last one's hash is %s"
            .formatted(scan.head().lastSequence(), scan.head().hash());
  }

  private Optional<String> behind() {
    if (scan.behind().isEmpty()) {
      return Optional.empty();
    }
    LocatedRecord first = scan.behind().getFirst();
    LocatedRecord last = scan.behind().getLast();
    return Optional.of(
        "behind it lie %d whole records that the chain does not reach, from %d (%s, byte %d) to %d (%s, byte %d)"
            .formatted(
                scan.behind().size(),
                first.sequence(),
                GenerationLayout.fileName(first.generation()),
                first.byteOffset(),
                last.sequence(),
                GenerationLayout.fileName(last.generation()),
                last.byteOffset()));
  }

  private long boots() {
    return scan.located().stream().mapToInt(LocatedRecord::generation).distinct().count();
  }
}
