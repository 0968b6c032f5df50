package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.invariant.History;
import io.vavr.collection.Vector;
import io.vavr.control.Option;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Every cut at every instant, every subset of what was on its way, and from each image again.
 *
 * <p>Breadth first over images: from each one that is new the unmodified machine runs to the end.
 * At each moment of that run on which something is about to become durable, every subset of the
 * pending writes gives an image; those not seen before are judged, and are gone on from in their
 * turn. When none is left, all that any number of cuts can lead to was seen.
 *
 * <p>Two things are done once instead of often. A moment that leaves what an earlier moment left is
 * not cut again. And a run that, between two steps, has everything on the media and in memory as an
 * earlier run had it, which ended well, is not followed further: it would do the same. A mutant may
 * remember things of its own, so its runs are always followed to the end.
 */
public final class Explorer {

  private record Node(
      Goal asked, Image image, JournalReading reading, History history, Trail trail) {}

  private record Found(Violation violation, Trail trail, Goal asked) {}

  /** What follows is known. */
  private static final class Joined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Joined() {
      super("", null, false, false);
    }
  }

  private final Simulation simulation;
  private final Bounds bounds;
  private final Judge judge;
  private final Parts parts;
  private final Set<Fingerprint> struck = new HashSet<>();
  private final Set<Fingerprint> endedWell = new HashSet<>();
  private final List<Fingerprint> passed = new ArrayList<>();
  private final Set<Fingerprint> seen = new HashSet<>();
  private final Deque<Node> queue = new ArrayDeque<>();
  private Option<Found> found = Option.none();
  private long images = 1;
  private long recoveries;
  private long joined;
  private long boundedMoments;
  private double subsetsLeftOut;
  private int mostCuts;
  private boolean cutsBounded;
  private String stoppedBy = "";
  private long deadlineNanos;

  public Explorer(Simulation simulation, Bounds bounds) {
    this.simulation = simulation;
    this.bounds = bounds;
    this.parts = new Parts(simulation);
    this.judge = new Judge(simulation);
  }

  public Exploration explore() {
    long begun = System.nanoTime();
    deadlineNanos = begun + bounds.time().toNanos();
    begin();
    while (!queue.isEmpty() && stoppedBy.isEmpty()) {
      Node node = queue.poll();
      if (found.exists(found -> found.trail().cuts() <= node.trail().cuts())) {
        break; // all that is left has as many cuts as the counterexample, or more
      }
      goOn(node);
    }
    Duration time = Duration.ofNanos(System.nanoTime() - begun);
    Option<Plan> plan =
        found.map(
            found -> Shrinker.shrunk(simulation, found.trail(), found.asked(), found.violation()));
    return new Exploration(bounds, tally(time), plan);
  }

  private void begin() {
    Image start = simulation.scenario().start();
    JournalReading reading = JournalReading.NOTHING;
    History history =
        new History(
            Vector.empty(), Option.none(), reading.state(), reading.events(), reading.state());
    judge
        .ofMedium(history, start)
        .forEach(violation -> found = Option.some(new Found(violation, Trail.START, Goal.ENCRYPT)));
    StateKey key =
        new StateKey(
            parts.root(start.root()),
            parts.boot(start.boot()),
            StateKey.OfJournal.of(start.journal(), reading),
            start.offDisk());
    seen.add(key.fingerprint());
    simulation
        .scenario()
        .asks()
        .forEach(asked -> queue.add(new Node(asked, start, reading, history, Trail.START)));
  }

  private void goOn(Node node) {
    boolean branching = found.isEmpty() && node.trail().cuts() < bounds.maxCuts();
    cutsBounded |= !branching;
    recoveries++;
    passed.clear();
    try {
      Arrival arrival =
          new Leg(simulation, node.asked(), node.image(), node.reading())
              .run(moment -> pass(node, moment, branching));
      Option<Violation> violation =
          judge.ofRecovery(node.history(), node.image(), arrival.recovery());
      violation.forEach(broken -> report(broken, node.trail(), node.asked()));
      if (violation.isEmpty()) {
        endedWell.addAll(passed);
      }
    } catch (Joined rest) {
      joined++;
      endedWell.addAll(passed);
    }
    if (System.nanoTime() > deadlineNanos) {
      stoppedBy = "the time of " + bounds.time();
    }
  }

  private void pass(Node node, Moment moment, boolean branching) {
    branch(node, moment, branching);
    if (!bounds.followAll() && simulation.isUnchanged() && moment.isBetweenSteps()) {
      Fingerprint here =
          new Variants(parts, moment)
              .fingerprint()
              .then(moment.keys())
              .then(Fingerprint.of(node.asked().name()));
      if (endedWell.contains(here)) {
        throw new Joined();
      }
      passed.add(here);
    }
  }

  private void branch(Node node, Moment moment, boolean branching) {
    if (!branching || found.isDefined() || !stoppedBy.isEmpty()) {
      return;
    }
    Variants variants = new Variants(parts, moment);
    judgeHistories(node, moment, variants);
    if (!struck.add(variants.fingerprint())) {
      return; // whatever a cut here leaves was left by one before
    }
    double leftOut =
        bounds
            .subsets()
            .of(moment.pending().size(), kept -> visit(node, moment, kept, variants.keeping(kept)));
    boundedMoments += leftOut > 0 ? 1 : 0;
    subsetsLeftOut += leftOut;
  }

  /** At every moment of every run: what was acknowledged differs even where the images do not. */
  private void judgeHistories(Node node, Moment moment, Variants variants) {
    int[] positions = variants.journalPositions();
    double leftOut =
        bounds
            .subsets()
            .of(
                positions.length,
                chosen -> {
                  BitSet kept = new BitSet();
                  chosen.stream().forEach(index -> kept.set(positions[index]));
                  StateKey key = variants.keeping(kept);
                  judge
                      .ofHistory(moment.history(key.journal().reading()), key.image())
                      .forEach(
                          broken ->
                              report(
                                  broken,
                                  node.trail().then(node.asked(), moment, kept),
                                  Goal.ENCRYPT));
                });
    subsetsLeftOut += leftOut;
  }

  private void visit(Node node, Moment moment, BitSet kept, StateKey key) {
    images++;
    if (!seen.add(key.fingerprint())) {
      return;
    }
    Image image = key.image();
    History history = moment.history(key.journal().reading());
    Trail trail = node.trail().then(node.asked(), moment, kept);
    mostCuts = Math.max(mostCuts, trail.cuts());
    judge.ofMedium(history, image).forEach(broken -> report(broken, trail, Goal.ENCRYPT));
    for (Goal asked : simulation.scenario().asks()) {
      queue.add(new Node(asked, image, key.journal().reading(), history, trail));
    }
    if (seen.size() >= bounds.maxStates()) {
      stoppedBy = "the number of " + bounds.maxStates() + " states";
    }
  }

  /** Keeps the one with the fewest cuts, and of those the first. */
  private void report(Violation violation, Trail trail, Goal asked) {
    if (found.isEmpty() || trail.cuts() < found.get().trail().cuts()) {
      found = Option.some(new Found(violation, trail, asked));
    }
  }

  private Tally tally(Duration time) {
    return new Tally(
        seen.size(),
        images,
        recoveries,
        joined,
        mostCuts,
        queue.isEmpty() && !cutsBounded && found.isEmpty(),
        boundedMoments,
        subsetsLeftOut,
        stoppedBy,
        time);
  }
}
