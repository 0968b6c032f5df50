package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * How an image was reached, cut by cut, without the images on the way.
 *
 * @param before none for the start
 */
record Trail(Option<Trail> before, Step step, int cuts) {

  /**
   * One cut: what the operator asked for when the power came back, at which moment since then it
   * went again, and which pending writes that kept.
   *
   * @param suffering a mishap before the cut
   */
  record Step(Wish asked, int moment, BitSet kept, Option<Mishap> suffering)
      implements Interruption {
    @Override
    public BitSet keptOf(Moment at) {
      return (BitSet) kept.clone();
    }
  }

  static final Trail START =
      new Trail(Option.none(), new Step(Wish.ENCRYPT, -1, new BitSet(), Option.none()), 0);

  Trail then(Wish asked, Moment moment, BitSet kept, Option<Mishap> suffering) {
    return then(new Step(asked, moment.ordinal(), (BitSet) kept.clone(), suffering));
  }

  Trail then(Step step) {
    return new Trail(Option.some(this), step, cuts + 1);
  }

  /** To be cut again at the same places. */
  List<Interruption> cutting() {
    return List.copyOf(steps());
  }

  List<Step> steps() {
    Deque<Step> steps = new ArrayDeque<>();
    for (Trail at = this; at.before.isDefined(); at = at.before.get()) {
      steps.addFirst(at.step);
    }
    return List.copyOf(steps);
  }
}
