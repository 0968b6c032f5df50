package dev.lockstep.simulator.swap;

import dev.lockstep.simulator.explore.Tally;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.loop.Loop;
import dev.lockstep.statemachine.loop.Witness;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import dev.lockstep.statemachine.swap.SwapContent;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import dev.lockstep.statemachine.swap.SwapPorts;
import dev.lockstep.statemachine.swap.SwapSeen;
import dev.lockstep.statemachine.swap.SwapWorld;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Every cut of a swap partition's machine, up to the fixpoint. Each time the power comes back any
 * of these follows: a run with any goal, a boot of the plain system, somebody who makes a
 * filesystem on the partition, a person who takes our lines out of the root, and, where crypttab
 * does not give the partition to swap, somebody who puts on it what no signature tells.
 */
public final class SwapExplorer {

  /** As on the command line. */
  public static final String SCENARIO = "swap";

  /** What was explored, and what broke, in a sentence with the way there. */
  public record Result(Tally tally, Option<String> violation) {}

  private record Node(SwapImage image, String trail, int cuts) {}

  private final Machine<SwapPhase, SwapIntent, SwapOutcome, SwapSeen> machine;
  private final boolean flushes;
  private final Set<SwapImage.Key> seen = new HashSet<>();
  private final Deque<Node> queue = new ArrayDeque<>();
  private Option<String> violation = Option.none();
  private long images;
  private long recoveries;
  private int mostCuts;

  /**
   * @param flushes false for a mutant whose flush does nothing
   */
  public SwapExplorer(
      Machine<SwapPhase, SwapIntent, SwapOutcome, SwapSeen> machine, boolean flushes) {
    this.machine = machine;
    this.flushes = flushes;
  }

  public Result explore() {
    long begun = System.nanoTime();
    visit(SwapImage.START, "the start", 0);
    while (!queue.isEmpty() && violation.isEmpty()) {
      Node node = queue.poll();
      for (Goal goal : Goal.values()) {
        run(node, goal);
      }
      if (!node.image().foreign()) {
        visit(node.image().bootedPlain(), node.trail() + ", a plain boot", node.cuts());
        visit(node.image().taken(), node.trail() + ", a filesystem made", node.cuts());
        visitPersons(node);
      }
    }
    Duration time = Duration.ofNanos(System.nanoTime() - begun);
    return new Result(
        new Tally(
            seen.size(),
            images,
            recoveries,
            0,
            mostCuts,
            violation.isEmpty(),
            0,
            0,
            violation.isEmpty() ? "" : "the first violation",
            time),
        violation);
  }

  private void visitPersons(Node node) {
    SwapImage image = node.image();
    if (image.fstab() || image.crypttab()) {
      visit(image.linesTakenOut(), node.trail() + ", the lines taken out by hand", node.cuts());
    }
    if (!image.crypttab()) { // with the line each boot writes over it: nothing is promised
      visit(image.takenByTheUnknown(), node.trail() + ", unknown content put", node.cuts());
    }
  }

  private void run(Node node, Goal goal) {
    recoveries++;
    SwapMachine hardware =
        new SwapMachine(
            node.image(),
            image -> visit(image, node.trail() + ", a cut of " + goal, node.cuts() + 1),
            flushes);
    SwapPorts ports =
        new SwapPorts(
            new SwapPorts.Place(
                new DiskIdentity("model-disk", "model-swap"), 0, Content.PARTITION_BYTES, true),
            hardware,
            hardware,
            (_, _) -> true,
            SwapContent.END_BYTES,
            goal,
            Integer.MAX_VALUE);
    try {
      Ending ending =
          new Loop<>(
                  machine,
                  new SwapWorld(ports),
                  hardware,
                  Brake.never(),
                  Witness.none(),
                  new Event.BootStarted<SwapIntent, SwapOutcome>(new UUID(0, 1), "model"))
              .run();
      judgeEnd(hardware.atRest(), ending, goal, node.trail() + ", " + goal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void visit(SwapImage image, String trail, int cuts) {
    images++;
    if (!seen.add(image.key())) {
      return;
    }
    mostCuts = Math.max(mostCuts, cuts);
    judge(image, trail);
    queue.add(new Node(image, trail, cuts));
  }

  /** What holds of every image. */
  private void judge(SwapImage image, String trail) {
    SwapPhase phase = image.state().phase();
    if (phase instanceof SwapPhase.Complete && image.blocks().contains(Content.OLD)) {
      violated("OldSwapGone", "pages of the earlier system are still there", trail);
    }
    boolean staged = phase instanceof SwapPhase.LinesStaged || phase instanceof SwapPhase.Complete;
    if (staged && !image.takenOut() && !(image.fstab() && image.crypttab())) {
      violated("LinesStaged", "the root does not give it a random key", trail);
    }
    if (image.foreign() && !isForeignKept(image.blocks())) {
      violated("ForeignKept", "what is somebody's was written over", trail);
    }
    if (phase instanceof SwapPhase.Contradiction) {
      violated("JournalConsistent", "the journal contradicts itself", trail);
    }
  }

  private static boolean isForeignKept(List<Content> blocks) {
    return blocks.getFirst() == Content.FOREIGN
        || blocks.stream().allMatch(block -> block == Content.UNKNOWN_FOREIGN);
  }

  /** Only after a person's own change of the root may a run leave the rest to a person. */
  private static boolean isLeftToThePerson(SwapImage image, Ending ending) {
    return image.takenOut()
        && ending instanceof Ending.Stopped(var refusal)
        && Set.of("LINES_MISSING", "UNKNOWN_CONTENT").contains(refusal.code());
  }

  /** What holds of a run that was not cut. */
  private void judgeEnd(SwapImage image, Ending ending, Goal goal, String trail) {
    judge(image, trail);
    if (image.foreign()) {
      return;
    }
    SwapPhase phase = image.state().phase();
    boolean encrypted = phase instanceof SwapPhase.Complete && ending instanceof Ending.Finished;
    boolean back =
        (phase instanceof SwapPhase.Undone || phase instanceof SwapPhase.Untouched)
            && !image.fstab()
            && !image.crypttab()
            && image.blocks().subList(0, 2).equals(List.of(Content.AREA, Content.AREA));
    boolean undoneBefore =
        ending instanceof Ending.Stopped(var refusal) && refusal.code().equals("UNDONE");
    boolean right =
        switch (goal) {
          case ENCRYPT -> encrypted || (back && undoneBefore);
          case ENCRYPT_AGAIN -> encrypted;
          case UNDO -> back && ending instanceof Ending.Finished;
        };
    if (!right && !isLeftToThePerson(image, ending)) {
      violated("ConvergesWithin(1)", "the run ended with " + ending + " in " + phase, trail);
    }
  }

  private void violated(String invariant, String what, String trail) {
    violation = violation.orElse(Option.some(invariant + ": " + what + ", after " + trail));
  }
}
