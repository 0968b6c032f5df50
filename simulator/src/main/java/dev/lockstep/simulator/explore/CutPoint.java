package dev.lockstep.simulator.explore;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.BitSet;
import java.util.List;

/**
 * One power cut of a plan.
 *
 * @param moment counted from 0 since the cut before, or from power on
 * @param before what was about to become durable, for the reader
 * @param pending how many sector writes were on their way
 * @param kept the positions of those that reached the medium
 * @param keptWrites where those go, for the reader
 */
@JsonPropertyOrder({"moment", "before", "pending", "kept", "keptWrites"})
public record CutPoint(
    int moment, String before, int pending, List<Integer> kept, List<String> keptWrites) {

  public CutPoint {
    kept = List.copyOf(kept);
    keptWrites = List.copyOf(keptWrites);
  }

  static CutPoint at(Moment moment, BitSet kept) {
    return new CutPoint(
        moment.ordinal(),
        moment.before(),
        moment.pending().size(),
        kept.stream().boxed().toList(),
        moment.kept(kept).stream().map(Object::toString).toList());
  }

  BitSet keptBits() {
    BitSet bits = new BitSet();
    kept.forEach(bits::set);
    return bits;
  }

  @Override
  public String toString() {
    return "before "
        + before
        + " (moment "
        + moment
        + "), of "
        + pending
        + " pending sector writes "
        + (kept.isEmpty() ? "none arrived" : "these arrived: " + String.join(", ", keptWrites));
  }
}
