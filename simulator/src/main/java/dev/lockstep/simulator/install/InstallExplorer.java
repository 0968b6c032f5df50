package dev.lockstep.simulator.install;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.Memo;
import dev.lockstep.simulator.explore.Tally;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.journal.EventJournal;
import dev.lockstep.simulator.journal.EventJournal.Reading;
import dev.lockstep.statemachine.install.Install;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Loop;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.collection.Vector;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Every cut of an install, up to the fixpoint. Each time the power comes back the operator asks for
 * the same again or for something else, with identifiers drawn anew.
 */
public final class InstallExplorer {

  /** As on the command line. */
  public static final String SCENARIO = "install";

  /** What was explored, and what broke, with the way there. */
  public record Result(Tally tally, Option<Violation> violation) {}

  private record Node(InstallImage image, InstallPhase phase, String trail, int cuts) {}

  /** A run of this request that came by here went on to a good end. */
  private record Passed(InstallImage.Key key, Request request) {}

  /** This run has come to where an earlier one went on from. */
  private static final class Joined extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Joined() {
      super("joined", null, false, false);
    }
  }

  private static final Install MACHINE = new Install();

  private final InstallMistake mistake;
  private final Memo<Fingerprint, Either<String, Reading<InstallIntent, InstallOutcome>>> journals =
      new Memo<>(5_000);
  private final Set<Fingerprint> judged = new HashSet<>();
  private final Set<InstallImage.Key> seen = new HashSet<>();
  private final Set<Passed> passed = new HashSet<>();
  private final Deque<Node> queue = new ArrayDeque<>();
  private Option<Violation> violation = Option.none();
  private long images;
  private long recoveries;
  private long joined;
  private double leftOut;
  private int mostCuts;

  public InstallExplorer(InstallMistake mistake) {
    this.mistake = mistake;
  }

  public Result explore() {
    long begun = System.nanoTime();
    meet(InstallImage.START, Vector.empty(), "the start", 0);
    while (!queue.isEmpty() && violation.isEmpty()) {
      Node node = queue.poll();
      for (Request request : Request.values()) {
        if (violation.isEmpty()) {
          run(node, request);
        }
      }
    }
    return new Result(
        new Tally(
            seen.size(),
            images,
            recoveries,
            joined,
            mostCuts,
            violation.isEmpty() && leftOut == 0,
            0,
            leftOut,
            violation.isEmpty() ? "" : "the first violation",
            Duration.ofNanos(System.nanoTime() - begun)),
        violation);
  }

  private void run(Node node, Request request) {
    recoveries++;
    String cutTrail = node.trail() + ", a cut of " + request;
    List<Passed> here = new ArrayList<>();
    try {
      InstallMachine hardware =
          new InstallMachine(
              node.image(),
              node.image().drawnFor(request, node.phase()).plan(),
              mistake,
              (image, acknowledged) -> meet(image, acknowledged, cutTrail, node.cuts() + 1));
      Ending ending =
          new Loop<>(
                  mistake.machine(),
                  hardware,
                  hardware.journal(),
                  Brake.<InstallPhase, InstallIntent>never(),
                  (event, state) -> pass(hardware, event, state, request, here),
                  new Event.BootStarted<InstallIntent, InstallOutcome>(new UUID(0, 1), "model"))
              .run();
      hardware.moment();
      leftOut += hardware.leftOut();
      end(hardware, ending, request, node);
    } catch (Joined earlier) {
      joined++;
    } catch (IOException failed) {
      violated("ConvergesWithin(1)", "the run failed: " + failed.getMessage(), node, request);
    }
    passed.addAll(here);
  }

  /**
   * Goes on only where no earlier run of the same request was: from there all would be the same.
   */
  private void pass(
      InstallMachine hardware,
      Event<InstallIntent, InstallOutcome> event,
      State<InstallPhase, InstallIntent> state,
      Request request,
      List<Passed> here) {
    if (event instanceof Event.BootStarted || !hardware.isQuiet()) {
      return;
    }
    InstallImage image = hardware.atRest().worst(state.phase());
    Passed place = new Passed(image.key(state, false), request);
    if (passed.contains(place)) {
      throw new Joined();
    }
    here.add(place);
  }

  private void meet(
      InstallImage image,
      Vector<Event<InstallIntent, InstallOutcome>> acknowledged,
      String trail,
      int cuts) {
    images++;
    Fingerprint whole = image.disk().fingerprint().then(image.journal().fingerprint());
    if (violation.isDefined() || !judged.add(whole)) {
      return;
    }
    Either<String, Reading<InstallIntent, InstallOutcome>> read = read(image.journal());
    if (read.isLeft() || !read.get().events().startsWith(acknowledged)) {
      violated("JournalKept", read.isLeft() ? read.getLeft() : "a record is lost", trail);
      return;
    }
    State<InstallPhase, InstallIntent> state = MACHINE.replay(read.get().events());
    String here = trail + " (" + name(state) + ")";
    judge(image, state.phase(), here);
    InstallImage worst = image.worst(state.phase());
    if (seen.add(worst.key(state, read.get().torn()))) {
      mostCuts = Math.max(mostCuts, cuts);
      queue.add(new Node(worst, state.phase(), here, cuts));
    }
  }

  private Either<String, Reading<InstallIntent, InstallOutcome>> read(DiskImage journal) {
    return journals.of(
        journal.fingerprint(),
        _ -> {
          try {
            return Either.right(EventJournal.read(InstallImage.CODEC, journal));
          } catch (IOException damaged) {
            return Either.left(damaged.getMessage());
          }
        });
  }

  /** What holds of every image. */
  private void judge(InstallImage image, InstallPhase phase, String trail) {
    DiskReading disk = new DiskReading(image.disk());
    for (Blueprint started : disk.started()) {
      for (Piece missing : disk.firstMissing(started)) {
        violated("StartsWhole", "a system starts whose " + missing + " is not whole", trail);
      }
    }
    if (phase instanceof InstallPhase.Complete(var plan)) {
      for (int sector : disk.firstUnplanned(Blueprint.of(plan))) {
        violated("AsPlanned", "sector " + sector + " is not as planned", trail);
      }
    }
    if (phase instanceof InstallPhase.Contradiction) {
      violated("JournalConsistent", "the journal contradicts itself", trail);
    }
  }

  /** What holds of a run that was not cut: one is enough, whatever was before. */
  private void end(InstallMachine hardware, Ending ending, Request request, Node node) {
    InstallImage rest = hardware.atRest();
    State<InstallPhase, InstallIntent> state = MACHINE.replay(hardware.journal().acknowledged());
    boolean asAsked =
        ending instanceof Ending.Finished
            && state.phase() instanceof InstallPhase.Complete(var plan)
            && Blueprint.of(plan).request() == request
            && new DiskReading(rest.disk()).started().contains(Blueprint.of(plan));
    if (!asAsked) {
      violated("ConvergesWithin(1)", "it ended with " + ending + ", " + name(state), node, request);
    }
    meet(rest.withoutJournal(), Vector.empty(), node.trail() + ", " + request, node.cuts());
  }

  private static String name(State<InstallPhase, InstallIntent> state) {
    return state.phase().getClass().getSimpleName()
        + state.open().map(open -> ", " + open.getClass().getSimpleName()).getOrElse("");
  }

  private void violated(String invariant, String what, Node node, Request request) {
    violated(invariant, what, node.trail() + ", " + request);
  }

  private void violated(String invariant, String what, String trail) {
    violation = violation.orElse(Option.some(new Violation(invariant, what + ", after " + trail)));
  }
}
