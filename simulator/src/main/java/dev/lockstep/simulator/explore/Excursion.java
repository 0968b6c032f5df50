package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.invariant.History;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run from one state to its end, with every cut that can strike it. It changes nothing but
 * itself, so any number go on at once; the explorer takes over what they found, in their order.
 */
final class Excursion {

  /** Where it begins. */
  record Node(Goal asked, Image image, JournalReading reading, History history, Trail trail) {}

  /**
   * A violation, and how to come to it.
   *
   * @param afterwards whether it showed in the recovery only
   */
  record Found(Violation violation, Trail trail, Goal asked, boolean afterwards) {}

  /** A state that was not known when the excursion began. */
  record Fresh(Fingerprint key, Node node, Option<Violation> violation) {}

  /** What is known when it begins. Does not change before it ends. */
  interface Known {
    /** Whether cuts at such a moment were tried. */
    boolean struck(Fingerprint moment);

    /** Whether a run that came to where this stands for ended well. */
    boolean endedWell(Fingerprint betweenSteps);

    boolean seen(Fingerprint state);
  }

  /** What follows is known. */
  private static final class Joined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Joined() {
      super("", null, false, false);
    }
  }

  private final Simulation simulation;
  private final Bounds bounds;
  private final Parts parts;
  private final Judge judge;
  private final Known known;
  private final Observer observer;
  private final Node node;
  private final boolean branching;
  private final Set<Fingerprint> met = new HashSet<>();
  final Set<Fingerprint> struck = new HashSet<>();
  final List<Fingerprint> passed = new ArrayList<>();
  final List<Fresh> fresh = new ArrayList<>();
  final List<Found> found = new ArrayList<>();
  boolean joined;
  boolean endedWell;
  long images;

  /** Moments with too many pending writes, and how many subsets were left out at each. */
  final Map<Fingerprint, Double> bounded = new LinkedHashMap<>();

  /**
   * An excursion that is yet to begin.
   *
   * @param branching whether cuts are tried on the way
   */
  Excursion(
      Simulation simulation,
      Bounds bounds,
      Parts parts,
      Known known,
      Observer observer,
      Node node,
      boolean branching) {
    this.simulation = simulation;
    this.bounds = bounds;
    this.parts = parts;
    this.judge = new Judge(simulation, observer);
    this.known = known;
    this.observer = observer;
    this.node = node;
    this.branching = branching;
  }

  Node node() {
    return node;
  }

  void go() {
    try {
      Arrival arrival =
          new Leg(simulation, node.asked(), node.image(), node.reading()).run(this::pass, observer);
      Option<Violation> violation =
          judge.ofRecovery(node.history(), node.image(), arrival.recovery());
      violation.forEach(broken -> found.add(new Found(broken, node.trail(), node.asked(), true)));
      endedWell = violation.isEmpty();
    } catch (Joined rest) {
      joined = true;
      endedWell = true;
    }
  }

  private void pass(Moment moment) {
    Variants variants = new Variants(parts, moment);
    if (branching && found.isEmpty()) {
      branch(moment, variants);
    }
    if (!bounds.followAll() && simulation.isUnchanged() && moment.isBetweenSteps()) {
      Fingerprint here =
          variants.fingerprint().then(moment.keys()).then(Fingerprint.of(node.asked().name()));
      if (known.endedWell(here)) {
        throw new Joined();
      }
      passed.add(here);
    }
  }

  private void branch(Moment moment, Variants variants) {
    judgeHistories(moment, variants);
    Fingerprint here = variants.fingerprint();
    if (known.struck(here) || !struck.add(here)) {
      return; // whatever a cut here leaves was left by one before
    }
    double leftOut =
        variants.each(bounds.subsets(), (key, kept) -> visit(moment, variants, key, kept));
    if (leftOut > 0) {
      bounded.put(here, leftOut);
    }
  }

  /** At every moment of every run: what was acknowledged differs even where the images do not. */
  private void judgeHistories(Moment moment, Variants variants) {
    variants.eachReading(
        bounds.subsets(),
        (reading, kept) ->
            judge
                .ofHistory(moment.history(reading), variants.keeping(kept).image())
                .forEach(broken -> found.add(cut(broken, moment, kept))));
  }

  private void visit(Moment moment, Variants variants, Fingerprint key, BitSet kept) {
    images++;
    if (known.seen(key) || !met.add(key)) {
      return;
    }
    StateKey left = variants.keeping(kept);
    JournalReading reading = left.journal().reading();
    History history = moment.history(reading);
    Node next =
        new Node(
            Goal.ENCRYPT,
            left.image(),
            reading,
            history,
            node.trail().then(node.asked(), moment, kept));
    fresh.add(new Fresh(key, next, judge.ofMedium(history, next.image())));
  }

  private Found cut(Violation violation, Moment moment, BitSet kept) {
    return new Found(violation, node.trail().then(node.asked(), moment, kept), Goal.ENCRYPT, false);
  }
}
