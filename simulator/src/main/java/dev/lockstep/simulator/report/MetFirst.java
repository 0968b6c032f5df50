package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Sighting;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.statemachine.invariant.Invariant;
import dev.lockstep.statemachine.invariant.Invariants;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Which of two violations an exploration of everything meets first: the one after fewer cuts; of
 * those, what the media show before what shows in the recovery only; and then in the order in which
 * moments are cut and subsets are tried.
 */
final class MetFirst implements Comparator<ExplorationReport> {

  private final CrashSubsets subsets;

  MetFirst(int allSubsetsOf) {
    this.subsets = new CrashSubsets(allSubsetsOf);
  }

  @Override
  public int compare(ExplorationReport one, ExplorationReport other) {
    Sighting here = one.sighting();
    Sighting there = other.sighting();
    if (here.cuts().size() != there.cuts().size()) {
      return Integer.compare(here.cuts().size(), there.cuts().size());
    }
    if (here.afterwards() != there.afterwards()) {
      return Boolean.compare(here.afterwards(), there.afterwards());
    }
    for (int at = 0; at < here.cuts().size(); at++) {
      boolean last = at + 1 == here.cuts().size() && !here.afterwards();
      int order =
          compare(
              here.cuts().get(at),
              there.cuts().get(at),
              last && isOfHistory(one),
              last && isOfHistory(other));
      if (order != 0) {
        return order;
      }
    }
    return here.asked().compareTo(there.asked());
  }

  private int compare(CutPoint one, CutPoint other, boolean history, boolean otherHistory) {
    if (one.asked() != other.asked()) {
      return one.asked().compareTo(other.asked());
    }
    if (history != otherHistory) {
      return history ? -1 : 1; // of one run what the journal shows is told first
    }
    if (one.moment() != other.moment()) {
      return Integer.compare(one.moment(), other.moment());
    }
    return Integer.compare(rank(one), rank(other));
  }

  /** The place of the kept subset among those that are tried. */
  private int rank(CutPoint cut) {
    BitSet kept = new BitSet();
    cut.kept().forEach(kept::set);
    if (subsets.isExhaustive(cut.pending())) {
      return kept.isEmpty() ? 0 : (int) kept.toLongArray()[0];
    }
    List<BitSet> tried = new ArrayList<>();
    subsets.of(cut.pending(), tried::add);
    int place = tried.indexOf(kept);
    return place < 0 ? Integer.MAX_VALUE : place;
  }

  private static boolean isOfHistory(ExplorationReport report) {
    return Invariants.ofHistory().stream()
        .map(Invariant::name)
        .anyMatch(report.counterexample().invariant()::equals);
  }
}
