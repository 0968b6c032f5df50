package dev.lockstep.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.explore.Scenario;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorMainTest {

  @TempDir private Path folder;

  @Test
  void anExplorationWithoutViolationExitsWithZero() {
    assertThat(SimulatorMain.run("simulate", "explore", "--max-cuts", "1")).isZero();
    assertThat(SimulatorMain.run("simulate", "explore", "--scenario", "swap")).isZero();
  }

  @Test
  void allScenariosAreALineEachAndASum() throws Exception {
    Path junit = folder.resolve("junit.xml");

    String text =
        printed(
            "simulate",
            "explore",
            "--scenario",
            "all",
            "--max-cuts",
            "0",
            "--junit",
            junit.toString());

    assertThat(text.lines().toList()).hasSize(Scenario.NAMES.size() + 3);
    assertThat(text)
        .contains("used-disk ")
        .contains("\nswap ")
        .contains("\ninstall ")
        .contains(" 0 violated;");
    assertThat(Files.readString(junit))
        .startsWith("<?xml")
        .containsOnlyOnce("<?xml")
        .contains("<testsuite name=\"simulate explore undo\"");
    assertThat(SimulatorMain.run("simulate", "explore", "--scenario", "all", "--shard", "1/2"))
        .isEqualTo(2);
  }

  @Test
  void aMutantExitsWithThirtyAndSoDoesItsPlan() throws Exception {
    Path plan = folder.resolve("plan.json");
    Path junit = folder.resolve("junit.xml");

    int explored =
        SimulatorMain.run(
            "simulate",
            "explore",
            "--mutant",
            "entry-overwritten",
            "--plan",
            plan.toString(),
            "--junit",
            junit.toString());

    assertThat(explored).isEqualTo(SimulatorMain.VIOLATED);
    assertThat(Files.readString(junit)).contains("failures=\"1\"").contains("SomeEntryBoots");
    assertThat(SimulatorMain.run("simulate", "replay", plan.toString()))
        .isEqualTo(SimulatorMain.VIOLATED);
  }

  @Test
  void mishapsAreAskedForCountedAndToldInEachFormOfTheReport() throws Exception {
    Path junit = folder.resolve("mishaps.xml");
    Path page = folder.resolve("mishaps.html");
    String json =
        printed(
            "simulate",
            "explore",
            "--max-cuts",
            "0",
            "--mishaps",
            "--json",
            "--junit",
            junit.toString(),
            "--report",
            page.toString());

    assertThat(json).contains("\"mishapsUpTo\":0").containsPattern("\"mishaps\":[1-9][0-9]{2}");
    assertThat(Files.readString(junit)).contains("runs with one mishap each");
    assertThat(Files.readString(page)).contains("runs with one mishap each");
    assertThat(printed("simulate", "explore", "--max-cuts", "0", "--json"))
        .doesNotContain("mishapsUpTo")
        .contains("\"mishaps\":0");
  }

  @Test
  void fuzzingIsWholeOrViolated() {
    assertThat(SimulatorMain.run("simulate", "fuzz", "--runs", "20")).isZero();
    assertThat(
            SimulatorMain.run(
                "simulate", "fuzz", "--runs", "200", "--mutant", "leftovers-removed-early"))
        .isEqualTo(SimulatorMain.VIOLATED);
  }

  @Test
  void wrongUsageExitsWithTwo() {
    assertThat(SimulatorMain.run("simulate")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--max-cuts", "some")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--mutant", "none-such")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "real", "--shard", "3/2")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "real", "--reorder", "some")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--scenario", "none-such")).isEqualTo(2);
    assertThat(
            SimulatorMain.run("simulate", "explore", "--scenario", "swap", "--junit", "some.xml"))
        .isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--scenario", "install", "--mishaps"))
        .isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--mishaps", "-1")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--scenario", "swap", "--mishaps"))
        .isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--journal", "paper")).isEqualTo(2);
    assertThat(SimulatorMain.run("simulate", "explore", "--journal", "chronicle", "--shard", "1/2"))
        .isEqualTo(2);
  }

  @Test
  void aPlanThatIsNotThereExitsWithOne() {
    assertThat(SimulatorMain.run("simulate", "replay", folder.resolve("none").toString()))
        .isEqualTo(1);
  }

  @Test
  void aDamagedPlanExitsWithTwo() throws Exception {
    Path damaged = folder.resolve("plan.json");
    Files.writeString(damaged, "{\"scenario\": \"first-boot\", \"cuts\": [{");

    assertThat(SimulatorMain.run("simulate", "replay", damaged.toString())).isEqualTo(2);
  }

  @Test
  void theSameSeedGivesTheSameTextByteForByte() {
    String first = printed("simulate", "fuzz", "--runs", "60", "--seed", "9", "--json");

    assertThat(first).contains("\"reached\":[").endsWith("}\n");
    assertThat(printed("simulate", "fuzz", "--runs", "60", "--seed", "9", "--json"))
        .isEqualTo(first);
    assertThat(printed("simulate", "fuzz", "--runs", "60", "--seed", "8", "--json"))
        .isNotEqualTo(first);
  }

  @Test
  void fuzzingEndsWhenItsTimeIsUp() {
    assertThat(SimulatorMain.run("simulate", "fuzz", "--for", "1s")).isZero();
    assertThat(SimulatorMain.run("simulate", "fuzz", "--for", "soon")).isEqualTo(2);
  }

  private static String printed(String... arguments) {
    PrintStream before = System.out;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      SimulatorMain.run(arguments);
    } finally {
      System.setOut(before);
    }
    return heard.toString(StandardCharsets.UTF_8);
  }
}
