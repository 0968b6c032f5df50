package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.journal.JournalLevel;
import dev.lockstep.simulator.journal.Registry;
import dev.lockstep.simulator.journal.Release;
import dev.lockstep.simulator.mutant.Mutant;

/**
 * What stays the same over one exploration.
 *
 * @param mutant the change under test; {@link Mutant#NONE} for the machine as it is
 * @param boots in how many boots without a cut everything must be done
 * @param journal how much of the real one there is
 */
public record Simulation(
    Scenario scenario, Mutant mutant, Registry registry, int boots, JournalLevel journal) {

  /** One boot has to do; two more are let go to see what becomes of it. */
  public static final int BOOTS = 3;

  public static Simulation of(Scenario scenario, Mutant mutant) {
    return new Simulation(scenario, mutant, new Registry(), BOOTS, JournalLevel.RECORDS);
  }

  /** The same with more of the real journal, or less. */
  public Simulation with(JournalLevel level) {
    return new Simulation(scenario, mutant, registry, boots, level);
  }

  /** Of the runner that such a boot starts. */
  Release release(Wish wish) {
    return mutant.release().apply(wish.earlier().getOrElse(scenario::release));
  }

  /** Whether this is the machine as it is. */
  boolean isUnchanged() {
    return mutant.name().equals(Mutant.NONE.name());
  }
}
