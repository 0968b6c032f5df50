package dev.lockstep.simulator.explore;

import io.vavr.control.Option;

/** What an exploration found: nothing, or a plan that leads to a violation in the fewest cuts. */
public record Exploration(Bounds bounds, Tally tally, Option<Plan> counterexample) {}
