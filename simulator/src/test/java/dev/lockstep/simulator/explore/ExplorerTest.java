package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplorerTest {

  private static final Bounds UNLIMITED = Bounds.cuts(Bounds.UNLIMITED);

  private static Exploration explore(Bounds bounds) {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE);
    return new Explorer(simulation, bounds).explore();
  }

  @Test
  void withoutACutTheFirstBootIsDoneInOneRun() {
    Exploration exploration = explore(Bounds.cuts(0));

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().states()).isEqualTo(1);
    assertThat(exploration.tally().fixpoint()).isFalse();
  }

  @Test
  void noTwoCutsInARowBreakAnyInvariant() {
    Exploration exploration = explore(Bounds.cuts(2));

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().mostCuts()).isEqualTo(2);
    assertThat(exploration.tally().states()).isGreaterThan(800);
    assertThat(exploration.tally().boundedMoments()).isZero();
  }

  @Test
  void whateverIsAskedAfterACutTheDiskIsEncryptedOrAsItWasInstalled() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.UNDO), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, Bounds.cuts(2)).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().states()).isGreaterThan(1000);
  }

  @Test
  void noNumberOfCutsWhileTheTpmWorksLocksIt() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.WORN_TPM), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
  }

  @Test
  void withoutATpmNoNumberOfCutsLocksTheOperatorOut() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.NO_TPM), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().states()).isGreaterThan(800);
  }

  @Test
  void aUsedDiskIsOverwrittenBehindTheVolumeAndNeverInWhatWasGrownByHand() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.USED_DISK), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().states()).isGreaterThan(800);
  }

  @Test
  void anotherToolsConversionIsTakenOverAcrossAnyNumberOfCuts() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.TAKE_OVER), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().states()).isGreaterThan(400);
  }

  @Test
  void aDataVolumeIsEncryptedAcrossAnyNumberOfCutsAndTheBootEntryIsLeftAlone() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.DATA_VOLUME), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().states()).isGreaterThan(800);
  }

  @Test
  void whicheverReleaseIsBootedAfterACutTheRecordsOfAllOthersAreReadOrRefused() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.UPGRADE), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, Bounds.cuts(2)).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().states()).isGreaterThan(9000);
  }

  @Test
  void noNumberOfCutsBreaksAnyInvariant() {
    Exploration exploration = explore(UNLIMITED);

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().boundedMoments()).isZero();
    assertThat(exploration.tally().recoveries()).isEqualTo(exploration.tally().states());
  }

  @Test
  void notFollowingWhatWasFollowedBeforeLosesNoState() {
    Tally quick = explore(Bounds.cuts(2)).tally();
    Tally thorough = explore(Bounds.cuts(2).followingAll()).tally();

    assertThat(thorough.joined()).isZero();
    assertThat(quick.joined()).isPositive();
    assertThat(quick.states()).isEqualTo(thorough.states());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Scenario.XFS,
        Scenario.BTRFS,
        Scenario.THREE_KEYS,
        Scenario.LARGE_SECTORS,
        Scenario.COUNTED_ENTRY,
        Scenario.NEW_ENTRY_FIRST,
        Scenario.GROWTH,
        Scenario.JOURNALED_BOOT
      })
  void noNumberOfCutsBreaksAnyInvariantOn(String scenario) {
    Simulation simulation = Simulation.of(Scenario.named(scenario), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().states()).isGreaterThan(700);
    assertThat(exploration.tally().boundedMoments()).isZero();
  }

  @Test
  void noNumberOfCutsBreaksTheExchangeOfATpm() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.TPM_EXCHANGE), Mutant.NONE);

    Exploration exploration = new Explorer(simulation, UNLIMITED).explore();

    assertThat(exploration.counterexample()).isEmpty();
    assertThat(exploration.tally().fixpoint()).isTrue();
    assertThat(exploration.tally().states()).isGreaterThan(90);
    assertThat(exploration.tally().joined()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "new-entry-unsynced",
        "sealed-key-unsynced",
        "initialised-header-unsynced",
        "entry-overwritten",
        "entry-retired-first"
      })
  void aJournaledBootPartitionHidesNoMissingSync(String mutant) {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.JOURNALED_BOOT), Mutants.named(mutant));

    assertThat(new Explorer(simulation, Bounds.cuts(2)).explore().counterexample()).isNotEmpty();
  }

  @Test
  void withAPasswordAloneTwoCutsInARowLockNobodyOut() {
    Simulation simulation = Simulation.of(Scenario.named(Scenario.PASSWORD), Mutant.NONE);

    assertThat(new Explorer(simulation, Bounds.cuts(2)).explore().counterexample()).isEmpty();
  }

  @Test
  void aDiskThatWritesLargeSectorsLeavesFewerStates() {
    Bounds one = Bounds.cuts(1);
    Tally small = explore(one).tally();
    Tally large =
        new Explorer(Simulation.of(Scenario.named(Scenario.LARGE_SECTORS), Mutant.NONE), one)
            .explore()
            .tally();

    assertThat(large.states()).isLessThan(small.states());
  }

  @Test
  void twoThreadsFindByteForByteWhatOneFinds() {
    for (String mutant : List.of("none", "torn-header-trusted")) {
      Simulation simulation =
          Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named(mutant));
      Exploration one = new Explorer(simulation, UNLIMITED, 1).explore();
      for (int threads = 2; threads <= 3; threads++) {
        Exploration more =
            new Explorer(
                    Simulation.of(simulation.scenario(), simulation.mutant()), UNLIMITED, threads)
                .explore();

        assertThat(more.counterexample()).isEqualTo(one.counterexample());
        assertThat(more.tally())
            .usingRecursiveComparison()
            .ignoringFields("time")
            .isEqualTo(one.tally());
      }
    }
  }

  @Test
  void aBoundThatWasHitIsTold() {
    Tally fewStates =
        explore(new Bounds(2, 100, Duration.ofMinutes(5), new CrashSubsets(12), false)).tally();
    Tally fewSubsets =
        explore(new Bounds(1, 100_000, Duration.ofMinutes(5), new CrashSubsets(3), false)).tally();

    assertThat(fewStates.stoppedBy()).contains("100 states");
    assertThat(fewStates.fixpoint()).isFalse();
    assertThat(fewSubsets.boundedMoments()).isPositive();
    assertThat(fewSubsets.subsetsLeftOut()).isPositive();
  }

  @Test
  void theSameExplorationFindsTheSameCounterexample() {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named("initialised-again"));
    Exploration first = new Explorer(simulation, Bounds.cuts(2)).explore();
    Exploration second =
        new Explorer(Simulation.of(simulation.scenario(), simulation.mutant()), Bounds.cuts(2))
            .explore();

    assertThat(first.counterexample()).isNotEmpty().isEqualTo(second.counterexample());
  }
}
