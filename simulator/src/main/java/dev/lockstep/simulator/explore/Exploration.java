package dev.lockstep.simulator.explore;

import io.vavr.control.Option;

/**
 * What an exploration found: nothing, or a plan that leads to a violation in the fewest cuts.
 *
 * @param sighting of the counterexample
 */
public record Exploration(
    Bounds bounds, Tally tally, Option<Plan> counterexample, Option<Sighting> sighting) {}
