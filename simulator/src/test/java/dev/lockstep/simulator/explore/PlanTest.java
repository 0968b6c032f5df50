package dev.lockstep.simulator.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.mutant.Mutants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

  @TempDir private Path folder;

  private static Plan plan(String mutant) {
    Simulation simulation =
        Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutants.named(mutant));
    return new Explorer(simulation, Bounds.cuts(2)).explore().counterexample().get();
  }

  @Test
  void aPlanFromAFileLeadsToTheSameViolation() throws Exception {
    Plan found = plan("moved-segment-left");
    Path file = folder.resolve("plan.json");
    found.write(file);
    Plan read = Plan.read(file);

    assertThat(read).isEqualTo(found);
    assertThat(ModelStory.of(read).violation())
        .contains(new Violation(found.invariant(), found.violation()));
  }

  @Test
  void noSingleElementOfAPlanCanBeLeftOut() {
    Plan found = plan("entry-retired-first");
    Simulation simulation =
        Simulation.of(Scenario.named(found.scenario()), Mutants.named(found.mutant()));

    assertThat(Shrinker.breaks(simulation, found)).isTrue();
    assertThat(found.withOneElementLess())
        .hasSizeGreaterThanOrEqualTo(found.cuts().size())
        .noneMatch(smaller -> Shrinker.breaks(simulation, smaller));
  }

  @Test
  void withoutItsMutantAPlanBreaksNothing() {
    Plan found = plan("torn-header-trusted");
    Plan healthy =
        new Plan(
            found.scenario(),
            "none",
            found.cuts(),
            found.asked(),
            found.invariant(),
            found.violation());
    ModelStory story = ModelStory.of(healthy);

    assertThat(story.violation()).isEmpty();
    assertThat(story.end().get().complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"scenario\": 1",
        "{\"scenario\": \"first-boot\"}",
        "{\"scenario\": \"first-boot\", \"mutant\": \"none\", \"cuts\": [null],"
            + " \"invariant\": \"\"}",
        "{\"scenario\": \"first-boot\", \"mutant\": \"none\", \"cuts\":"
            + " [{\"moment\": -1}], \"invariant\": \"\"}",
        "{\"scenario\": \"first-boot\", \"mutant\": \"none\", \"cuts\":"
            + " [{\"moment\": 1, \"kept\": [2147483647]}], \"invariant\": \"\"}",
        "{\"scenario\": \"first-boot\", \"mutant\": \"none\", \"cuts\":"
            + " [{\"asked\": \"\u001b[2J\"}], \"invariant\": \"\"}",
        "{\"scenario\": \"first-boot\", \"mutant\": \"none\", \"cuts\": [],"
            + " \"invariant\": \"\"} and more",
      })
  void whatIsNoPlanIsToldInOneSentence(String content) throws Exception {
    Path file = folder.resolve("plan.json");
    Files.writeString(file, content);

    assertThatThrownBy(() -> Plan.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no plan")
        .message()
        .hasLineCount(1);
  }

  @Test
  void aFileWithoutEndIsReadUpToALimit() {
    assertThatThrownBy(() -> Plan.read(Path.of("/dev/zero")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("larger than 1 MiB");
  }

  @Test
  void aPlanOfAnotherVersionIsToldInOneSentence() {
    CutPoint beyond = new CutPoint(Wish.ENCRYPT, 9999, "", 0, List.of(), List.of());
    Plan plan = new Plan(Scenario.FIRST_BOOT, "none", List.of(beyond), Wish.ENCRYPT, "", "");

    assertThatThrownBy(() -> ModelStory.of(plan))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not come to");
  }
}
