package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.journal.JournalLevel;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.statemachine.firstboot.Phase;
import io.vavr.control.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real Chronicle journal under the explorer; {@code explore --journal chronicle} goes on. */
class ChronicleExplorationTest {

  @BeforeEach
  void requireMemory() {
    assumeTrue(Files.isWritable(Path.of("/dev/shm")), "/dev/shm is missing");
  }

  /** Each state that an exploration meets. */
  private static final class States implements Observer {
    private final Set<Fingerprint> met = new HashSet<>();

    @Override
    public void state(Fingerprint state, Phase phase, int cuts) {
      met.add(state);
    }
  }

  private static Set<Fingerprint> statesAfterOneCut(JournalLevel level) {
    States states = new States();
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE).with(level);
    Exploration exploration = new Explorer(simulation, Bounds.cuts(1), 2, states).explore();
    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().boundedMoments()).isZero();
    return states.met;
  }

  @Test
  void aCutLeadsToTheSameStatesWithTheRealJournalAsWithItsRecordsAlone() {
    Set<Fingerprint> states = statesAfterOneCut(JournalLevel.CHRONICLE);

    assertThat(states).hasSizeGreaterThan(250).isEqualTo(statesAfterOneCut(JournalLevel.RECORDS));
  }

  @Test
  void aJournalThatDoesNotWaitForTheDiskIsCaughtOnThisLevelToo() {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named("journal-unflushed"))
            .with(JournalLevel.CHRONICLE);

    Option<Plan> plan = new Explorer(simulation, Bounds.cuts(1)).explore().counterexample();
    assertThat(plan.map(Plan::invariant)).containsExactly("JournalPrefix");
  }
}
