package dev.lockstep.simulator.swap;

import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.Swap;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is on the media while the power is off.
 *
 * @param blocks of the partition
 * @param fstab whether it has our line
 * @param crypttab likewise
 * @param takenOut whether a person took lines of ours out, and none were put in since
 * @param foreign whether somebody has put something else on it
 * @param journal whole: a record is there or not
 */
record SwapImage(
    List<Content> blocks,
    boolean fstab,
    boolean crypttab,
    boolean takenOut,
    boolean foreign,
    List<Event<SwapIntent, SwapOutcome>> journal) {

  static final SwapImage START =
      new SwapImage(
          List.of(Content.AREA, Content.AREA, Content.OLD, Content.OLD, Content.OLD),
          false,
          false,
          false,
          false,
          List.of());

  /** What matters of it: the count of boots is left out, or there would be no end of states. */
  record Key(
      List<Content> blocks,
      boolean fstab,
      boolean crypttab,
      boolean takenOut,
      boolean foreign,
      SwapPhase phase,
      Object open) {}

  SwapImage {
    blocks = List.copyOf(blocks);
    journal = List.copyOf(journal);
  }

  State<SwapPhase, SwapIntent> state() {
    return new Swap().replay(journal);
  }

  Key key() {
    State<SwapPhase, SwapIntent> state = state();
    return new Key(blocks, fstab, crypttab, takenOut, foreign, state.phase(), state.open());
  }

  /** After the system was booted without Lockstep, and has swapped. */
  SwapImage bootedPlain() {
    if (crypttab) { // whatever is there: systemd asks nobody
      return with(Content.RANDOM, 3);
    }
    boolean used = !fstab && blocks.getFirst() == Content.AREA && blocks.get(1) == Content.AREA;
    List<Content> after = new ArrayList<>(blocks);
    if (used) {
      after.set(2, Content.OLD);
    }
    return with(after);
  }

  /** After somebody took the partition for free. */
  SwapImage taken() {
    return with(Content.FOREIGN, 1).asForeign();
  }

  /** After somebody, who knows that crypttab does not give it to swap, put their own on it. */
  SwapImage takenByTheUnknown() {
    return with(Content.UNKNOWN_FOREIGN, blocks.size()).asForeign();
  }

  private SwapImage asForeign() {
    return new SwapImage(blocks, fstab, crypttab, takenOut, true, journal);
  }

  /** After a person took our lines out of the root. */
  SwapImage linesTakenOut() {
    return new SwapImage(blocks, false, false, true, foreign, journal);
  }

  SwapImage with(boolean fstabThen, boolean crypttabThen) {
    boolean stillOut = takenOut && !fstabThen && !crypttabThen;
    return new SwapImage(blocks, fstabThen, crypttabThen, stillOut, foreign, journal);
  }

  SwapImage with(Event<SwapIntent, SwapOutcome> event) {
    List<Event<SwapIntent, SwapOutcome>> longer = new ArrayList<>(journal);
    longer.add(event);
    return new SwapImage(blocks, fstab, crypttab, takenOut, foreign, longer);
  }

  SwapImage with(List<Content> blocksThen) {
    return new SwapImage(blocksThen, fstab, crypttab, takenOut, foreign, journal);
  }

  private SwapImage with(Content content, int firstBlocks) {
    List<Content> after = new ArrayList<>(blocks);
    for (int block = 0; block < firstBlocks; block++) {
      after.set(block, content);
    }
    return with(after);
  }
}
