package dev.lockstep.simulator.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Explorer;
import dev.lockstep.simulator.explore.ModelStory;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.fault.Mishap.Kind;
import io.vavr.control.Option;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MutantsTest {

  static Stream<String> names() {
    return Mutants.all().stream().map(Mutant::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyMistakeIsCaughtByAPowerCutAndItsPlanShowsItAgain(String name) {
    Mutant mutant = Mutants.named(name);
    Simulation simulation = Simulation.of(Scenario.named(mutant.scenario()), mutant);
    Option<Plan> plan = new Explorer(simulation, Bounds.cuts(2)).explore().counterexample();

    assertThat(plan).isNotEmpty();
    assertThat(plan.get().cuts().isEmpty() && plan.get().mishap() == null)
        .as("without a cut or a mishap nobody would notice")
        .isFalse();
    mutant.mishap().forEach(kind -> assertThat(kinds(plan.get())).containsExactly(kind));
    assertThat(ModelStory.of(plan.get()).violation())
        .contains(new Violation(plan.get().invariant(), plan.get().violation()));
  }

  private static List<Kind> kinds(Plan plan) {
    return Stream.concat(
            plan.cuts().stream().map(CutPoint::mishap), Stream.ofNullable(plan.mishap()))
        .filter(Objects::nonNull)
        .map(Mishap::kind)
        .toList();
  }

  @Test
  void everyKindOfMishapHasItsMistake() {
    assertThat(Mutants.all().stream().flatMap(mutant -> mutant.mishap().toJavaStream()))
        .contains(Kind.values());
  }

  @Test
  void noTwoHaveTheSameName() {
    assertThat(names().toList()).doesNotHaveDuplicates().doesNotContain(Mutant.NONE.name());
  }

  @Test
  void thereAreAsManyAsPromised() {
    assertThat(List.copyOf(Mutants.all())).hasSizeGreaterThanOrEqualTo(48);
  }
}
