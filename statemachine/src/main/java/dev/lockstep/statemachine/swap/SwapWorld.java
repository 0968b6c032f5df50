package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.loop.World;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/** Looks at a swap partition and has the effects on it. */
public final class SwapWorld implements World<SwapPhase, SwapIntent, SwapOutcome, SwapSeen> {

  private final SwapPorts ports;

  public SwapWorld(SwapPorts ports) {
    this.ports = ports;
  }

  @Override
  public SwapSeen observe(State<SwapPhase, SwapIntent> state) throws IOException {
    SwapPorts.Place place = ports.place();
    SwapContent content = content(state.phase());
    boolean rootIsPlain = ports.lines().arePossible();
    return new SwapSeen(
        ports.goal(),
        ports.bootsAllowed(),
        place.disk(),
        place.offsetBytes(),
        place.sizeBytes(),
        place.typedAsSwap(),
        content,
        rootIsPlain,
        rootIsPlain && hangsOnLines(state.phase(), content) && ports.lines().areIn(),
        rootIsPlain && isAheadOfLines(state.phase())
            ? ports.lines().objection(names(content))
            : Option.none());
  }

  private static boolean isAheadOfLines(SwapPhase phase) {
    return switch (phase) {
      case SwapPhase.Untouched _, SwapPhase.Checked _, SwapPhase.Undone _ -> true;
      case SwapPhase.LinesStaged _,
          SwapPhase.Complete _,
          SwapPhase.LinesToTakeOut _,
          SwapPhase.AreaToRestore _,
          SwapPhase.Contradiction _ ->
          false;
    };
  }

  /** Asked only there: the root has to be mounted for it. */
  private static boolean hangsOnLines(SwapPhase phase, SwapContent content) {
    return switch (phase) {
      case SwapPhase.LinesStaged _ -> true;
      case SwapPhase.Checked _, SwapPhase.Complete _, SwapPhase.LinesToTakeOut _ ->
          content instanceof SwapContent.Unrecognised;
      case SwapPhase.Untouched _,
          SwapPhase.AreaToRestore _,
          SwapPhase.Undone _,
          SwapPhase.Contradiction _ ->
          false;
    };
  }

  private static Set<String> names(SwapContent content) {
    return content instanceof SwapContent.Area(SwapArea area) ? area.names() : Set.of();
  }

  private SwapContent content(SwapPhase phase) throws IOException {
    byte[] head = new byte[endBytes()];
    byte[] tail = new byte[endBytes()];
    ports.partition().read(0, head);
    ports.partition().read(ports.place().sizeBytes() - endBytes(), tail);
    return phase instanceof SwapPhase.AreaToRestore(SwapJob job)
        ? SwapContent.read(head, tail, job)
        : SwapContent.read(head, tail);
  }

  private int endBytes() {
    return (int) Math.min(SwapContent.END_BYTES, ports.place().sizeBytes());
  }

  @Override
  public Either<Refusal, SwapOutcome> perform(State<SwapPhase, SwapIntent> state, SwapIntent intent)
      throws IOException {
    return switch (intent) {
      case SwapIntent.StageLines() when state.phase() instanceof SwapPhase.Checked(SwapJob job) ->
          // A cut from here on: either file old or new, so a boot uses the old swap, none, or ours.
          Either.right(new SwapOutcome.LinesStaged(ports.lines().stage(job.before().names())));
      case SwapIntent.Wipe() when state.phase() instanceof SwapPhase.LinesStaged -> wipe();
      case SwapIntent.TakeLinesOut() when state.phase() instanceof SwapPhase.LinesToTakeOut -> {
        blankWhatARandomKeyLeft(state.phase());
        ports.lines().unstage(); // a cut from here on: a boot has its old lines, or still ours
        yield Either.right(new SwapOutcome.LinesTakenOut());
      }
      case SwapIntent.RestoreArea()
          when state.phase() instanceof SwapPhase.AreaToRestore(SwapJob job) ->
          restore(job);
      case SwapIntent unfitting ->
          Either.left(
              SwapRefusals.contradiction(
                  unfitting.getClass().getSimpleName()
                      + " in "
                      + state.phase().getClass().getSimpleName()));
    };
  }

  /**
   * From the end to the start, so that what a cut leaves tells what it is for as long as it can.
   * Any mixture of old bytes and zeros is wiped again by the next boot.
   */
  private Either<Refusal, SwapOutcome> wipe() throws IOException {
    long size = ports.place().sizeBytes();
    for (long end = size; end > 0; end -= Math.min(end, ports.stepBytes())) {
      long start = Math.max(0, end - ports.stepBytes());
      ports.partition().zero(start, end - start);
      ports.partition().flush(); // or a disk's cache takes it all, and a stop waits for it
      if (!ports.progress().at(size - start, 2 * size)) {
        return Either.left(SwapRefusals.askedToStop());
      }
    }
    byte[] zeros = new byte[SwapContent.END_BYTES];
    for (long at = 0; at < size; at += zeros.length) {
      byte[] read = new byte[(int) Math.min(zeros.length, size - at)];
      ports.partition().read(at, read);
      if (Arrays.mismatch(read, 0, read.length, zeros, 0, read.length) >= 0) {
        throw new IOException("the wiped swap partition reads back otherwise near byte " + at);
      }
      if (!ports.progress().at(size + at + read.length, 2 * size)) {
        return Either.left(SwapRefusals.askedToStop());
      }
    }
    return Either.right(new SwapOutcome.Wiped());
  }

  /**
   * While crypttab has our line it is known whose it is, afterwards never again: what nobody knows
   * and is no zeros is somebody's then. Durable before the line goes: a cut in here leaves the
   * line, and is done again, also after a boot that used the partition.
   */
  private void blankWhatARandomKeyLeft(SwapPhase phase) throws IOException {
    if (content(phase) instanceof SwapContent.Unrecognised && ports.lines().areIn()) {
      ports.partition().zero(0, endBytes());
      ports.partition().zero(ports.place().sizeBytes() - endBytes(), endBytes());
      ports.partition().flush();
      if (!(content(phase) instanceof SwapContent.Blank)) {
        throw new IOException("the ends of the swap partition read back otherwise than zeros");
      }
    }
  }

  /** A torn page is no swap area, or not this one: the next boot writes it again. */
  private Either<Refusal, SwapOutcome> restore(SwapJob job) throws IOException {
    byte[] page = job.before().page(job.sizeBytes());
    ports.partition().write(0, page);
    ports.partition().flush();
    byte[] read = new byte[page.length];
    ports.partition().read(0, read);
    if (!Arrays.equals(read, page)) {
      throw new IOException("the swap area reads back otherwise than it was written");
    }
    return Either.right(new SwapOutcome.AreaRestored());
  }
}
