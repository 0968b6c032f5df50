package dev.lockstep.simulator.explore;

import java.util.List;
import java.util.Objects;

/**
 * Where a violation was first met, before its plan was made small: it tells which of several is the
 * one that an exploration of everything meets first.
 *
 * @param afterwards whether it showed in the recovery only
 * @param asked after the last cut
 */
public record Sighting(List<CutPoint> cuts, boolean afterwards, Wish asked) {

  public Sighting {
    if (cuts == null || asked == null || cuts.stream().anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("a sighting has cuts, each of them told, and asked");
    }
    cuts = List.copyOf(cuts);
  }
}
