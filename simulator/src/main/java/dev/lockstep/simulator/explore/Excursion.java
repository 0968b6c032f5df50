package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.journal.JournalReading;
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
  record Node(
      Wish asked,
      Image image,
      JournalReading reading,
      History history,
      Trail trail,
      Option<Mishap> suffered) {}

  /**
   * A violation, and how to come to it.
   *
   * @param afterwards whether it showed in the recovery only
   * @param suffering a mishap after the last cut
   */
  record Found(
      Violation violation, Trail trail, Wish asked, boolean afterwards, Option<Mishap> suffering) {}

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
  private Option<Mishap> suffering = Option.none();
  private Option<Mishap> suffered = Option.none();
  private Outset outset;
  boolean joined;
  long mishaps;
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
    this.outset =
        Outset.of(simulation, node.image(), node.reading(), node.history(), Option.none());
  }

  Node node() {
    return node;
  }

  void go() {
    go(Option.none());
    if (mishapsComeHere() && found.isEmpty()) {
      List<Mishap> mishaps = outset.luck().missed();
      mishaps.addAll(new Foreign(simulation, node.image()).possible());
      mishaps.forEach(this::suffer);
    }
  }

  private boolean mishapsComeHere() {
    int upTo =
        simulation.mutant().mishap().isDefined()
            ? 1
            : Math.max(bounds.mishapsUpTo(), simulation.scenario().mishapsUpTo());
    return node.suffered().isEmpty() && node.trail().cuts() <= upTo;
  }

  private void suffer(Mishap mishap) {
    boolean shows = simulation.mutant().mishap().forAll(kind -> kind == mishap.kind());
    if (shows && found.isEmpty()) {
      mishaps++;
      go(Option.some(mishap));
    }
  }

  private void go(Option<Mishap> mishap) {
    suffering = mishap;
    suffered = node.suffered().orElse(mishap);
    outset = Outset.of(simulation, node.image(), node.reading(), node.history(), mishap);
    try {
      Arrival arrival = outset.leg(simulation, node.asked()).run(this::pass, observer);
      Option<Violation> violation = judge.ofArrival(outset, arrival, suffered);
      violation.forEach(
          broken -> found.add(new Found(broken, node.trail(), node.asked(), true, suffering)));
      endedWell |= violation.isEmpty() && mishap.isEmpty();
    } catch (Joined rest) {
      joined = true;
      endedWell = true;
    }
  }

  /** Before a call fails, the run is the one without a mishap: that was cut already. */
  private boolean isNew() {
    return suffering.isEmpty() || suffering.get().kind().isForeign() || outset.luck().struck();
  }

  private void pass(Moment moment) {
    if (!isNew()) {
      return;
    }
    if (suffering.isDefined() && moment.isAtRest()) {
      judgeAtRest(moment);
    }
    Variants variants = new Variants(parts, moment);
    if (branching && found.isEmpty()) {
      branch(moment, variants);
    }
    if (!isForeign()
        && !bounds.followAll()
        && simulation.isUnchanged()
        && moment.isBetweenSteps()) {
      Fingerprint here =
          variants.fingerprint().then(moment.keys()).then(Fingerprint.of(node.asked().name()));
      if (known.endedWell(here)) {
        throw new Joined();
      }
      if (suffered.isEmpty()) {
        passed.add(here);
      }
    }
  }

  /** The boots that follow may mend what a mishap left. */
  private void judgeAtRest(Moment moment) {
    History left = moment.history(moment.reading());
    judge
        .ofHistory(left, moment.durable())
        .orElse(() -> judge.ofMedium(left, moment.durable(), suffered))
        .forEach(
            broken -> found.add(new Found(broken, node.trail(), node.asked(), true, suffering)));
  }

  private boolean isForeign() {
    return suffered.exists(mishap -> mishap.kind().isForeign());
  }

  private void branch(Moment moment, Variants variants) {
    judgeHistories(moment, variants);
    Fingerprint here = afterMishap(variants.fingerprint());
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

  /** What a failed call leaves a cut may leave too; what is done from outside is judged apart. */
  private Fingerprint afterMishap(Fingerprint state) {
    return suffered.isDefined() ? state.at(isForeign() ? 2 : 1) : state;
  }

  private void visit(Moment moment, Variants variants, Fingerprint image, BitSet kept) {
    images++;
    Fingerprint key = afterMishap(image);
    if ((!isForeign() && known.seen(image)) || known.seen(key) || !met.add(key)) {
      return;
    }
    StateKey left = variants.keeping(kept);
    JournalReading reading = left.journal().reading();
    History history = moment.history(reading);
    Node next =
        new Node(
            Wish.ENCRYPT,
            left.image(),
            reading,
            history,
            node.trail().then(node.asked(), moment, kept, suffering),
            suffered);
    fresh.add(new Fresh(key, next, judge.ofMedium(history, next.image(), suffered)));
  }

  private Found cut(Violation violation, Moment moment, BitSet kept) {
    Trail trail = node.trail().then(node.asked(), moment, kept, suffering);
    return new Found(violation, trail, Wish.ENCRYPT, false, Option.none());
  }
}
