package dev.lockstep.statemachine.machine;

import io.vavr.control.Option;

/**
 * The fold of the journal. Memory equals the fold of what is durable after every append.
 *
 * @param phase how far the machine is, with the facts that are known by then
 * @param open an intent with no outcome yet: its effect may have been had in full, in part or not
 *     at all
 * @param boots runs begun since the last progress
 */
public record State<P, I>(P phase, Option<I> open, int boots) {

  public static <P, I> State<P, I> in(P phase) {
    return new State<>(phase, Option.none(), 0);
  }
}
