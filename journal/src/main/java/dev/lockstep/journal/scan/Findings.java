package dev.lockstep.journal.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keeps the first findings, counts the rest, and always knows the first damage. */
final class Findings {
  private final List<Finding> kept = new ArrayList<>();
  private final int limit;
  private Optional<Finding> firstDamage = Optional.empty();
  private long further;

  Findings(int limit) {
    this.limit = limit;
  }

  void add(Finding finding) {
    if (firstDamage.isEmpty() && finding.isDamage()) {
      firstDamage = Optional.of(finding);
    }
    if (kept.size() < limit) {
      kept.add(finding);
    } else {
      further++;
    }
  }

  List<Finding> kept() {
    return kept;
  }

  /** How many were not kept. */
  long further() {
    return further;
  }

  Optional<Finding> firstDamage() {
    return firstDamage;
  }
}
