package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;

/**
 * All that an invariant may look at, after one power cut.
 *
 * @param history what the journal holds, and what the run that was cut knew
 * @param medium what is on the disks
 * @param recovery how the next boots went, once they were let go on undisturbed
 */
public record Evidence(History history, Medium medium, Option<Recovery> recovery) {}
