package dev.lockstep.simulator.guest;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.PowerCut;
import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Image;
import dev.lockstep.simulator.explore.Wish;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.guest.Session.Instant;
import io.vavr.control.Option;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a guest's power at every instant, keeps every subset of what was on its way, and goes on
 * from each image that is new, breadth first: the first plan that leads to a kind of loss has the
 * fewest cuts.
 *
 * <pre>
 *   GuestExplorer.Result result = new GuestExplorer(new MyMachine(), 2, 100_000).explore();
 *   result.losses().forEach(loss -&gt; loss.lines().forEach(System.out::println));
 * </pre>
 *
 * @param maxCuts in a row; {@link Integer#MAX_VALUE} for any number
 * @param maxStates at most; that it was hit is told
 */
public record GuestExplorer(Guest guest, int maxCuts, long maxStates) {

  private static final CrashSubsets SUBSETS = new CrashSubsets(12);

  /**
   * What was found.
   *
   * @param states distinct images, the start included
   * @param fixpoint whether every one was gone on from: then any number of cuts is covered
   * @param losses one of each kind, made small, in the order they were found
   */
  public record Result(long states, boolean fixpoint, List<Loss> losses) {
    public Result {
      losses = List.copyOf(losses);
    }
  }

  /** An image, and the cuts that led there. */
  private record Node(Image image, List<CutPoint> cuts) {}

  /** One exploration. */
  private final class Search {
    private final Set<Fingerprint> seen = new HashSet<>();
    private final Deque<Node> queue = new ArrayDeque<>();
    private final Map<String, List<CutPoint>> losses = new LinkedHashMap<>();
    private boolean bounded;

    void meet(Image image, List<CutPoint> cuts) {
      if (seen.size() >= maxStates || !seen.add(fingerprint(image))) {
        bounded |= seen.size() >= maxStates;
        return;
      }
      Option<String> lost = guest.lost(image);
      lost.forEach(sentence -> losses.putIfAbsent(sentence, cuts));
      if (lost.isEmpty()) { // what is lost for good stays lost
        queue.add(new Node(image, cuts));
      }
    }

    void goOn(Node node) {
      boolean branching = node.cuts().size() < maxCuts;
      bounded |= !branching;
      Image rested = Session.run(guest, node.image(), instant -> branch(node, instant, branching));
      judged(rested).forEach(sentence -> losses.putIfAbsent(sentence, node.cuts()));
    }

    private void branch(Node node, Instant instant, boolean branching) {
      if (!branching) {
        return;
      }
      double leftOut =
          SUBSETS.of(
              instant.pending().size(),
              kept -> {
                List<CutPoint> cuts = new ArrayList<>(node.cuts());
                cuts.add(point(instant, kept));
                meet(left(instant, kept), cuts);
              });
      bounded |= leftOut > 0;
    }
  }

  /** Explores, and makes what it finds small. */
  public Result explore() {
    Search search = new Search();
    search.meet(guest.start(), List.of());
    while (!search.queue.isEmpty()) {
      search.goOn(search.queue.poll());
    }
    List<Loss> losses = new ArrayList<>();
    search.losses.forEach((sentence, cuts) -> losses.add(shrunk(new Loss(sentence, cuts))));
    return new Result(search.seen.size(), !search.bounded, losses);
  }

  /**
   * Runs a plan again.
   *
   * @return what it leads to; nothing where all is well, or where a cut does not strike
   */
  public Option<String> replay(List<CutPoint> cuts) {
    Image image = guest.start();
    for (CutPoint cut : cuts) {
      Option<Instant> instant = struck(image, cut);
      if (instant.isEmpty()) {
        return Option.none();
      }
      image = left(instant.get(), kept(cut));
      Option<String> lost = guest.lost(image);
      if (lost.isDefined()) {
        return lost;
      }
    }
    return judged(Session.run(guest, image, _ -> {}));
  }

  private Option<String> judged(Image rested) {
    return guest.lost(rested).orElse(() -> guest.unfinished(rested));
  }

  /** How a cut strikes a run from this image; nothing if it does not. */
  private Option<Instant> struck(Image image, CutPoint cut) {
    List<Instant> struck = new ArrayList<>();
    try {
      Session.run(
          guest,
          image,
          instant -> {
            if (instant.ordinal() == cut.moment()) {
              struck.add(instant);
              throw new PowerCut(instant.before());
            }
          });
    } catch (PowerCut expected) {
      return Option.some(struck.getFirst())
          .filter(instant -> kept(cut).length() <= instant.pending().size());
    }
    return Option.none();
  }

  private static BitSet kept(CutPoint cut) {
    BitSet kept = new BitSet();
    cut.kept().forEach(kept::set);
    return kept;
  }

  private Loss shrunk(Loss loss) {
    for (List<CutPoint> smaller : loss.withOneElementLess()) {
      if (replay(smaller).contains(loss.sentence())) {
        return shrunk(new Loss(loss.sentence(), told(smaller)));
      }
    }
    return new Loss(loss.sentence(), told(loss.cuts()));
  }

  /** The same cuts as they strike: where each write goes. */
  private List<CutPoint> told(List<CutPoint> cuts) {
    List<CutPoint> told = new ArrayList<>();
    Image image = guest.start();
    for (CutPoint cut : cuts) {
      Instant instant = struck(image, cut).get();
      told.add(point(instant, kept(cut)));
      image = left(instant, kept(cut));
    }
    return told;
  }

  private static Image left(Instant instant, BitSet kept) {
    return instant.durable().with(kept.stream().mapToObj(instant.pending()::get).toList());
  }

  private static CutPoint point(Instant instant, BitSet kept) {
    return new CutPoint(
        Wish.ENCRYPT,
        instant.ordinal(),
        instant.before(),
        instant.pending().size(),
        kept.stream().boxed().toList(),
        kept.stream().mapToObj(at -> instant.pending().get(at).toString()).toList());
  }

  private static Fingerprint fingerprint(Image image) {
    return image
        .root()
        .fingerprint()
        .then(image.boot().fingerprint())
        .then(image.journal().fingerprint())
        .then(Fingerprint.of(image.offDisk().recoveryKeysHeld()))
        .then(Fingerprint.of(image.offDisk().failedTries()));
  }
}
