package dev.lockstep.simulator.explore;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.lockstep.statemachine.firstboot.Goal;
import java.util.BitSet;
import java.util.List;

/**
 * One power cut of a plan.
 *
 * @param asked what the operator wanted of the boots that this cut ended
 * @param moment counted from 0 since the cut before, or from power on
 * @param before what was about to become durable, for the reader
 * @param pending how many sector writes were on their way
 * @param kept the positions of those that reached the medium
 * @param keptWrites where those go, for the reader
 */
@JsonPropertyOrder({"asked", "moment", "before", "pending", "kept", "keptWrites"})
public record CutPoint(
    Goal asked,
    int moment,
    String before,
    int pending,
    List<Integer> kept,
    List<String> keptWrites) {

  public CutPoint {
    asked = asked == null ? Goal.ENCRYPT : asked;
    kept = List.copyOf(kept);
    keptWrites = List.copyOf(keptWrites);
  }

  static CutPoint at(Goal asked, Moment moment, BitSet kept) {
    return new CutPoint(
        asked,
        moment.ordinal(),
        moment.before(),
        moment.pending().size(),
        kept.stream().boxed().toList(),
        moment.kept(kept).stream().map(Object::toString).toList());
  }

  Trail.Step step() {
    BitSet bits = new BitSet();
    kept.forEach(bits::set);
    return new Trail.Step(asked, moment, bits);
  }

  @Override
  public String toString() {
    return (asked == Goal.ENCRYPT ? "" : "asked to " + asked + ", ")
        + "before "
        + before
        + " (moment "
        + moment
        + "), of "
        + pending
        + " pending sector writes "
        + (kept.isEmpty() ? "none arrived" : "these arrived: " + String.join(", ", keptWrites));
  }
}
