package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.State;

/**
 * Which costly things to look at before the next decision: digests of 16 MiB each.
 *
 * @param headAndTail the first and the last shift of the window
 * @param files the sealed key and the prepared headers
 */
public record Survey(boolean headAndTail, boolean files) {

  /** Head and tail matter from the staging of the head until the header is placed. */
  public static Survey of(State<Phase, Intent> state, Goal goal) {
    return switch (state.phase()) {
      case Phase.HeaderPlaced _ when goal == Goal.UNDO -> new Survey(true, false);
      case Phase.HeadToRestore _ -> new Survey(true, false);
      case Phase.Withdrawing _ -> new Survey(false, false);
      case Phase.HeadStaged _, Phase.HeaderInitialised _ -> new Survey(true, true);
      case Phase.InTheClear _ -> new Survey(false, true);
      case Phase.Untouched _, Phase.UnderLuks _, Phase.Contradiction _ -> new Survey(false, false);
    };
  }
}
