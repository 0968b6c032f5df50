package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.fault.Misfortune;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.fault.Mishap.Kind;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.simulator.mutant.Mutant;
import dev.lockstep.simulator.mutant.Mutants;
import io.vavr.control.Option;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MishapTest {

  private static final Simulation FIRST_BOOT =
      Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE);

  @TempDir private Path folder;

  private static Tally tally(Bounds bounds) {
    Exploration exploration = new Explorer(FIRST_BOOT, bounds).explore();
    assertThat(exploration.counterexample()).isEmpty();
    return exploration.tally();
  }

  @Test
  void anyOneCallThatFailsInTheFirstBootEndsItOrIsGoneOnAfter() {
    assertThat(tally(Bounds.cuts(0).withMishaps(0)).mishaps()).isGreaterThan(300);
  }

  @Test
  void norDoesACutInTheBootsAfterAMishapBreakAnything() {
    assertThat(tally(Bounds.cuts(1).withMishaps(0)).states())
        .isGreaterThan(tally(Bounds.cuts(1)).states());
  }

  @Test
  void withoutMishapsThereAreNone() {
    assertThat(tally(Bounds.cuts(0)).mishaps()).isZero();
  }

  @Test
  void everyCallThatWasMadeIsOneThatCouldHaveFailed() {
    Misfortune luck = new Misfortune(Option.none());
    new Outset(FIRST_BOOT.scenario().start(), JournalReading.NOTHING, null, luck)
        .leg(FIRST_BOOT, Wish.ENCRYPT)
        .run(_ -> {});

    assertThat(luck.missed()).extracting(Mishap::kind).contains(Kind.FAILED_FLUSH, Kind.NO_ROOM);
    assertThat(luck.missed())
        .filteredOn(mishap -> mishap.kind() == Kind.FAILED_FLUSH)
        .extracting(Mishap::domain)
        .contains(Domain.ROOT, Domain.BOOT, Domain.JOURNAL);
    assertThat(luck.missed()).doesNotHaveDuplicates();
  }

  @Test
  void aPlanWithAMishapComesThroughItsFile() throws Exception {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named("room-made-by-retiring"));
    Plan plan = new Explorer(simulation, Bounds.cuts(1)).explore().counterexample().get();
    Path file = folder.resolve("plan.json");
    plan.write(file);

    assertThat(plan.mishap().kind()).isEqualTo(Kind.NO_ROOM);
    assertThat(Plan.read(file)).isEqualTo(plan);
    assertThat(ModelStory.of(Plan.read(file)).violation())
        .contains(new Violation(plan.invariant(), plan.violation()));
    assertThat(plan.withOneElementLess())
        .noneMatch(smaller -> Shrinker.breaks(simulation, smaller));
  }

  @Test
  void aMishapThatCantComeAboutIsRefused() {
    Plan plan =
        new Plan(
            Scenario.FIRST_BOOT,
            "none",
            List.of(),
            Wish.ENCRYPT,
            "",
            "",
            new Mishap(Kind.GROWN_BY_HAND, Domain.ROOT, 0));

    assertThatThrownBy(() -> ModelStory.of(plan))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can't come about");
  }
}
