package dev.lockstep.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.explore.Bounds;
import dev.lockstep.simulator.explore.Scenario;
import dev.lockstep.simulator.explore.Simulation;
import dev.lockstep.simulator.mutant.Mutants;
import dev.lockstep.simulator.real.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MergeTest {

  @TempDir private Path folder;

  private static ExplorationReport explored(String scenario, String mutant, int cuts, Shard shard)
      throws IOException {
    return Reports.of(
        Simulation.of(Scenario.named(scenario), Mutants.named(mutant)),
        Bounds.cuts(cuts),
        1 + shard.number() % 2,
        shard,
        true,
        (_, _, _) -> {});
  }

  private static List<ExplorationReport> shards(String scenario, String mutant, int cuts, int of)
      throws IOException {
    List<ExplorationReport> reports = new ArrayList<>();
    for (int number = of; number >= 1; number--) { // in whatever order they come
      reports.add(explored(scenario, mutant, cuts, new Shard(number, of)));
    }
    return reports;
  }

  @ParameterizedTest
  @CsvSource({
    "first-boot, 2, 2",
    "undo, 1, 2",
    "first-boot-no-tpm, 1, 3",
    "first-boot-mishaps, 0, 2",
    "take-over, 2147483647, 3"
  })
  void shardsTogetherCoverWhatOneExplorationCovers(String scenario, int cuts, int of)
      throws Exception {
    ExplorationReport whole = explored(scenario, "none", cuts, Shard.WHOLE);
    Merge merge = Merge.of(shards(scenario, "none", cuts, of));

    assertThat(merge.isComplete()).isTrue();
    assertThat(merge.whole().stateSets()).isEqualTo(whole.stateSets());
    assertThat(merge.whole().states()).isEqualTo(whole.states());
    assertThat(merge.whole().phases()).isEqualTo(whole.phases());
    assertThat(merge.whole().reached()).isEqualTo(whole.reached());
    assertThat(merge.whole().mostCuts()).isEqualTo(whole.mostCuts());
    assertThat(merge.whole().fixpoint()).isEqualTo(whole.fixpoint());
    assertThat(merge.whole().bounded()).isEqualTo(whole.bounded());
    assertThat(merge.whole().isViolated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"initialised-again", "entry-overwritten", "journal-unflushed"})
  void shardsFindTheCounterexampleThatOneExplorationFinds(String mutant) throws Exception {
    ExplorationReport whole = explored("first-boot", mutant, 2, Shard.WHOLE);
    Merge merge = Merge.of(shards("first-boot", mutant, 2, 3));

    assertThat(whole.isViolated()).isTrue();
    assertThat(merge.whole().sighting()).isEqualTo(whole.sighting());
    assertThat(merge.whole().counterexample()).isEqualTo(whole.counterexample());
  }

  @Test
  void noShardDoesTheWorkOfAll() throws Exception {
    ExplorationReport whole = explored("first-boot", "none", 1, Shard.WHOLE);

    for (ExplorationReport shard : shards("first-boot", "none", 1, 3)) {
      assertThat(shard.states()).isLessThan(whole.states() / 2);
    }
  }

  @Test
  void aMissingShardIsNamed() throws Exception {
    List<ExplorationReport> reports = shards("first-boot", "none", 1, 3);
    reports.remove(1);
    Merge merge = Merge.of(reports);

    assertThat(merge.isComplete()).isFalse();
    assertThat(merge.missing()).containsExactly(new Shard(2, 3));
    assertThat(merge.whole().stoppedBy()).contains("2/3");
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() throws Exception {
    ExplorationReport one = explored("first-boot", "none", 0, new Shard(1, 2));
    ExplorationReport otherCuts = explored("first-boot", "none", 1, new Shard(2, 2));
    ExplorationReport otherScenario = explored("take-over", "none", 0, new Shard(2, 2));
    ExplorationReport otherSplit = explored("first-boot", "none", 0, new Shard(2, 3));
    ExplorationReport two = explored("first-boot", "none", 0, new Shard(2, 2));
    Path file = folder.resolve("other-build.json");
    Files.writeString(file, two.json().replace(two.build(), "0123456789abcdef"));

    refused(List.of(one, one), "shard 1/2 is there twice");
    refused(List.of(one, otherCuts), "its --max-cuts is 1, the others' is 0");
    refused(List.of(one, otherScenario), "its scenario is take-over");
    refused(List.of(one, otherSplit), "shard 2/3 does not go with shard 1/2");
    refused(List.of(one, ExplorationReport.read(file)), "its build is 0123456789abcdef");
  }

  private static void refused(List<ExplorationReport> reports, String why) {
    assertThatThrownBy(() -> Merge.of(reports))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aReportFromAFileIsTheSame() throws Exception {
    ExplorationReport report = explored("first-boot", "entry-overwritten", 2, new Shard(1, 2));
    Path file = folder.resolve("report.json");
    Files.writeString(file, report.json());

    assertThat(ExplorationReport.read(file)).isEqualTo(report);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[1]",
        "{}",
        "{\"build\": 7",
        "{\"build\": \"b\", \"scenario\": \"s\", \"mutant\": \"m\", \"maxCuts\": \"1\", \"shard\": \"3/2\"}",
        "{\"build\": \"b\", \"scenario\": \"s\", \"mutant\": \"m\", \"maxCuts\": \"1\", \"shard\": \"1/2\","
            + " \"stateSets\": [{\"phase\": \"p\", \"cuts\": 1, \"states\": [\"zz\"]}]}",
        "{\"build\": \"b\", \"scenario\": \"s\", \"mutant\": \"m\", \"maxCuts\": \"1\", \"shard\": \"1/2\","
            + " \"states\": -1}",
        "{\"build\": \"b\", \"scenario\": \"s\", \"mutant\": \"m\", \"maxCuts\": \"1\", \"shard\": \"1/2\","
            + " \"stateSets\": [null]}",
        "{\"build\": \"b\", \"scenario\": \"s\", \"mutant\": \"m\", \"maxCuts\": \"1\", \"shard\": \"1/2\","
            + " \"sighting\": {\"cuts\": [null], \"asked\": \"ENCRYPT\"}}"
      })
  void whatIsNoReportIsToldInOneSentence(String content) throws Exception {
    Path file = folder.resolve("report.json");
    Files.writeString(file, content);

    assertThatThrownBy(() -> ExplorationReport.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no report")
        .message()
        .hasLineCount(1);
  }
}
