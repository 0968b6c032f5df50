package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.explore.Excursion.Found;
import dev.lockstep.simulator.explore.Excursion.Fresh;
import dev.lockstep.simulator.explore.Excursion.Node;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.invariant.History;
import io.vavr.control.Option;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 *
 * <p>Runs go on in batches, on as many threads as there are; each knows what was known when its
 * batch began, and what a batch found is taken over in the order of its runs. So the result is the
 * same with any number of threads.
 */
public final class Explorer {

  /** A batch grows with what is waiting: early runs teach most, and are to be learnt from soon. */
  private static final int LARGEST_BATCH = 16;

  private final Simulation simulation;
  private final Bounds bounds;
  private final int threads;
  private final Observer observer;
  private final Judge judge;
  private final Parts parts;
  private final Set<Fingerprint> struck = new HashSet<>();
  private final Set<Fingerprint> endedWell = new HashSet<>();
  private final Set<Fingerprint> seen = new HashSet<>();
  private final Deque<Node> queue = new ArrayDeque<>();
  private final Excursion.Known known = new Everything();
  private Option<Found> found = Option.none();
  private long images = 1;
  private long recoveries;
  private long joined;
  private long mishaps;
  private long boundedMoments;
  private double subsetsLeftOut;
  private long ofOthers;
  private int mostCuts;
  private boolean cutsBounded;
  private String stoppedBy = "";
  private long deadlineNanos;

  /** On all processors. */
  public Explorer(Simulation simulation, Bounds bounds) {
    this(simulation, bounds, Runtime.getRuntime().availableProcessors());
  }

  /**
   * The same exploration whatever the number of threads.
   *
   * @param threads from 1
   */
  public Explorer(Simulation simulation, Bounds bounds, int threads) {
    this(simulation, bounds, threads, Observer.NONE);
  }

  /**
   * The same, watched, or a share of it.
   *
   * @param observer of all threads
   */
  public Explorer(Simulation simulation, Bounds bounds, int threads, Observer observer) {
    this.simulation = simulation;
    this.bounds = bounds;
    this.threads = threads;
    this.observer = observer;
    this.parts = new Parts(simulation);
    this.judge = new Judge(simulation, observer);
  }

  private final class Everything implements Excursion.Known {
    @Override
    public boolean struck(Fingerprint moment) {
      return struck.contains(moment);
    }

    @Override
    public boolean endedWell(Fingerprint betweenSteps) {
      return endedWell.contains(betweenSteps);
    }

    @Override
    public boolean seen(Fingerprint state) {
      return seen.contains(state);
    }
  }

  public Exploration explore() {
    long begun = System.nanoTime();
    deadlineNanos = begun + bounds.time().toNanos();
    begin();
    try (Crew crew = new Crew(threads)) {
      while (!queue.isEmpty() && stoppedBy.isEmpty()) {
        List<Excursion> batch = nextBatch();
        if (batch.isEmpty()) {
          break; // all that is left has as many cuts as the counterexample, or more
        }
        crew.run(batch.stream().<Runnable>map(excursion -> excursion::go).toList());
        batch.forEach(this::takeOver);
        if (stoppedBy.isEmpty() && System.nanoTime() > deadlineNanos) {
          stoppedBy = "the time of " + bounds.time();
        }
      }
    }
    Duration time = Duration.ofNanos(System.nanoTime() - begun);
    Option<Plan> plan =
        found.map(
            found ->
                Shrinker.shrunk(
                    simulation,
                    found.trail(),
                    found.asked(),
                    found.suffering(),
                    found.violation()));
    return new Exploration(bounds, tally(time), plan, found.map(this::sighting));
  }

  private Sighting sighting(Found violation) {
    List<CutPoint> cuts =
        Replay.run(
                simulation,
                violation.trail().cutting(),
                violation.asked(),
                violation.suffering(),
                Replay.Listener.NONE)
            .cuts();
    return new Sighting(cuts, violation.afterwards(), violation.asked());
  }

  private void begin() {
    Image start = simulation.scenario().start();
    JournalReading reading = start.journalReading();
    History history = start.history();
    judge
        .ofMedium(history, start)
        .forEach(
            violation ->
                report(new Found(violation, Trail.START, Wish.ENCRYPT, false, Option.none())));
    StateKey key =
        new StateKey(
            parts.root(start.root()),
            parts.boot(start.boot()),
            StateKey.OfJournal.of(start.journal(), reading),
            start.offDisk());
    seen.add(key.fingerprint());
    observer.state(key.fingerprint(), reading.state().phase(), 0);
    enqueue(new Node(Wish.ENCRYPT, start, reading, history, Trail.START, Option.none()));
  }

  private void enqueue(Node node) {
    for (Wish asked : simulation.scenario().asks()) {
      queue.add(
          new Node(
              asked, node.image(), node.reading(), node.history(), node.trail(), node.suffered()));
    }
  }

  private List<Excursion> nextBatch() {
    int size = Math.clamp(recoveries / 4, 1, LARGEST_BATCH);
    List<Excursion> batch = new ArrayList<>();
    while (!queue.isEmpty() && batch.size() < size) {
      Node node = queue.peek();
      if (found.exists(found -> found.trail().cuts() <= node.trail().cuts())) {
        break;
      }
      boolean branching = found.isEmpty() && node.trail().cuts() < bounds.maxCuts();
      cutsBounded |= !branching;
      batch.add(new Excursion(simulation, bounds, parts, known, observer, queue.poll(), branching));
    }
    return batch;
  }

  private void takeOver(Excursion excursion) {
    if (!stoppedBy.isEmpty()) {
      return;
    }
    recoveries++;
    observer.progress(recoveries, queue.size(), excursion.node().trail().cuts());
    joined += excursion.joined ? 1 : 0;
    mishaps += excursion.mishaps;
    images += excursion.images;
    boundedMoments += excursion.bounded.size();
    excursion.bounded.forEach(
        (moment, leftOut) -> {
          subsetsLeftOut += leftOut;
          observer.bounded(moment, leftOut);
        });
    struck.addAll(excursion.struck);
    if (excursion.endedWell) {
      endedWell.addAll(excursion.passed);
    }
    excursion.found.forEach(this::report);
    excursion.fresh.forEach(this::takeOver);
  }

  private void takeOver(Fresh fresh) {
    if (!stoppedBy.isEmpty() || !seen.add(fresh.key())) {
      return;
    }
    Trail trail = fresh.node().trail();
    if (trail.cuts() == 1 && !observer.owns(fresh.key())) {
      ofOthers++;
      return; // another shard judges it, and goes on from it
    }
    observer.state(fresh.key(), fresh.node().history().state().phase(), trail.cuts());
    mostCuts = Math.max(mostCuts, trail.cuts());
    fresh
        .violation()
        .forEach(broken -> report(new Found(broken, trail, Wish.ENCRYPT, false, Option.none())));
    enqueue(fresh.node());
    if (seen.size() >= bounds.maxStates()) {
      stoppedBy = "the number of " + bounds.maxStates() + " states";
    }
  }

  /** Keeps the one with the fewest cuts, and of those the first. */
  private void report(Found other) {
    if (found.isEmpty() || other.trail().cuts() < found.get().trail().cuts()) {
      found = Option.some(other);
    }
  }

  private Tally tally(Duration time) {
    return new Tally(
        seen.size() - ofOthers,
        images,
        recoveries,
        joined,
        mishaps,
        mostCuts,
        queue.isEmpty() && !cutsBounded && found.isEmpty(),
        boundedMoments,
        subsetsLeftOut,
        stoppedBy,
        time);
  }
}
