package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Exploration;
import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Tally;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.real.Shard;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Explores, and writes a report of it. */
public final class Reports {

  private Reports() {}

  /**
   * Explores all of it, or one share.
   *
   * @param threads from 1; the report is the same with any number, but for its time
   * @param withStates whether the report tells the states themselves
   */
  public static ExplorationReport of(
      Simulation simulation,
      Bounds bounds,
      int threads,
      Shard shard,
      boolean withStates,
      Survey.Meter meter)
      throws IOException {
    Survey survey = new Survey(shard, meter);
    Exploration exploration = new Explorer(simulation, bounds, threads, survey).explore();
    Tally tally = exploration.tally();
    int mishapsUpTo = Math.max(bounds.mishapsUpTo(), simulation.scenario().mishapsUpTo());
    List<ExplorationReport.StateSet> sets = ExplorationReport.sorted(survey.states());
    return new ExplorationReport(
        Build.id(),
        simulation.scenario().name(),
        simulation.mutant().name(),
        bounds.maxCuts() == Bounds.UNLIMITED ? "unlimited" : Integer.toString(bounds.maxCuts()),
        bounds.maxStates(),
        bounds.subsets().limit(),
        bounds.followAll(),
        mishapsUpTo < 0 ? null : mishapsUpTo,
        shard.toString(),
        tally.states(),
        tally.images(),
        tally.recoveries(),
        tally.joined(),
        tally.mishaps(),
        tally.mostCuts(),
        tally.fixpoint(),
        tally.stoppedBy(),
        tally.time().toMillis() / 1e3,
        ExplorationReport.counted(sets),
        survey.reached(),
        exploration.counterexample().getOrNull(),
        exploration.sighting().getOrNull(),
        survey.bounded(),
        withStates ? sets : null);
  }

  /** Of another machine's exploration, to its fixpoint, by an explorer that broke nothing. */
  public static ExplorationReport of(String scenario, Tally tally) throws IOException {
    return new ExplorationReport(
        Build.id(),
        scenario,
        Mutant.NONE.name(),
        "unlimited",
        Long.MAX_VALUE,
        0,
        false,
        null,
        Shard.WHOLE.toString(),
        tally.states(),
        tally.images(),
        tally.recoveries(),
        tally.joined(),
        tally.mishaps(),
        tally.mostCuts(),
        tally.fixpoint(),
        tally.stoppedBy(),
        tally.time().toMillis() / 1e3,
        new TreeMap<>(),
        new TreeSet<>(),
        null,
        null,
        new TreeMap<>(),
        null);
  }
}
