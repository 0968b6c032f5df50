package dev.lockstep.simulator.guest;

import dev.lockstep.simulator.explore.CutPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * What went wrong, and the power cuts that lead there: as few as there can be, each with as few
 * writes that arrived.
 */
public record Loss(String sentence, List<CutPoint> cuts) {

  public Loss {
    cuts = List.copyOf(cuts);
  }

  /** The same cuts with one element less: a cut, or a write that arrived. */
  public List<List<CutPoint>> withOneElementLess() {
    List<List<CutPoint>> smaller = new ArrayList<>();
    for (int at = 0; at < cuts.size(); at++) {
      List<CutPoint> fewer = new ArrayList<>(cuts);
      fewer.remove(at);
      smaller.add(fewer);
      for (Integer position : cuts.get(at).kept()) {
        List<CutPoint> changed = new ArrayList<>(cuts);
        changed.set(at, cuts.get(at).without(position));
        smaller.add(changed);
      }
    }
    return smaller;
  }

  /** The plan, for people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("LOST: " + sentence);
    for (int cut = 0; cut < cuts.size(); cut++) {
      lines.add("  cut " + (cut + 1) + " " + cuts.get(cut));
    }
    if (cuts.isEmpty()) {
      lines.add("  without any cut");
    }
    return lines;
  }
}
