package dev.lockstep.simulator.explore;

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

  /** One cut: at which moment since the last, and which pending writes it kept. */
  record Step(int moment, BitSet kept) {}

  static final Trail START = new Trail(Option.none(), new Step(-1, new BitSet()), 0);

  Trail then(Moment moment, BitSet kept) {
    return then(moment.ordinal(), kept);
  }

  Trail then(int moment, BitSet kept) {
    return new Trail(Option.some(this), new Step(moment, (BitSet) kept.clone()), cuts + 1);
  }

  List<Step> steps() {
    Deque<Step> steps = new ArrayDeque<>();
    for (Trail at = this; at.before.isDefined(); at = at.before.get()) {
      steps.addFirst(at.step);
    }
    return List.copyOf(steps);
  }
}
