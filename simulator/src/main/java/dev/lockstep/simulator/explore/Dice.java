package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.simulator.journal.JournalReading;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/** Random sequences of power cuts; the same seed gives the same ones. */
final class Dice {

  private final Simulation simulation;
  private final SplittableRandom random;

  Dice(Simulation simulation, long seed) {
    this.simulation = simulation;
    this.random = new SplittableRandom(seed);
  }

  /**
   * So many cuts, each at a random moment of what follows the one before, keeping random writes.
   */
  List<Trail.Step> cuts(int count) {
    List<Trail.Step> steps = new ArrayList<>();
    Image image = simulation.scenario().start();
    JournalReading reading = image.journalReading();
    for (int cut = 0; cut < count; cut++) {
      Wish asked = ask();
      Leg leg = new Leg(simulation, asked, image, reading);
      int moments = leg.run(_ -> {}).moments();
      if (moments == 0) {
        break; // all is done, and nothing becomes durable any more
      }
      Strike strike = new Strike(random.nextInt(moments));
      try {
        leg.run(strike::at);
      } catch (PowerCut expected) {
        steps.add(new Trail.Step(asked, strike.target, strike.kept, Option.none()));
      }
      image = strike.left.image();
      reading = strike.left.journal().reading();
    }
    return steps;
  }

  /** What the operator wants when the power comes back. */
  Wish ask() {
    List<Wish> asks = simulation.scenario().asks();
    return asks.size() == 1 ? asks.getFirst() : asks.get(random.nextInt(asks.size()));
  }

  /** Cuts the power at one moment, and throws the dice for each pending write. */
  private final class Strike {
    private final int target;
    private final BitSet kept = new BitSet();
    private StateKey left;

    Strike(int target) {
      this.target = target;
    }

    void at(Moment moment) {
      if (moment.ordinal() != target) {
        return;
      }
      for (int position = 0; position < moment.pending().size(); position++) {
        kept.set(position, random.nextBoolean());
      }
      left = new Variants(new Parts(simulation), moment).keeping(kept);
      throw new PowerCut(moment.before());
    }
  }
}
