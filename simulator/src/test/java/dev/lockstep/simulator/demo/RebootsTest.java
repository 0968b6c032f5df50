package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.demo.CutPoint.AfterEvent;
import dev.lockstep.simulator.demo.Run.Ending;
import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hand on the power switch, on runners made of a few shell lines. */
class RebootsTest {

  private static final String TELLS =
      "echo '{\"event\":\"first-boot.intended.place-header\",\"payload\":{\"because\":\"X\"}}'\n";
  private static final String ENDS_AS_ASKED = "case \"$*\" in *--stop-after*) exit 10;; esac\n";
  private static final CutPoint AT_PLACING =
      new AfterEvent(new Place(StoryStep.PLACE_HEADER, Side.INTENDED), 5);

  @TempDir private Path folder;

  @Test
  void aCutEndsTheRunnerAndAllItStarted() throws Exception {
    Reboots reboots =
        reboots(
            "echo run >> $0.runs\n"
                + "[ $(wc -l < $0.runs) -gt 1 ] && exit 0\n"
                + "sleep 300 & echo $! > $0.child\n"
                + TELLS
                + "sleep 300\n");

    reboots.toEnd(new CutPlan(List.of(AT_PLACING)));

    assertThat(reboots.runs()).hasSize(2);
    assertThat(reboots.runs().getFirst().ending())
        .isInstanceOfSatisfying(
            Ending.Cut.class, cut -> assertThat(cut.processes()).isGreaterThanOrEqualTo(3));
    long child = Long.parseLong(Files.readString(folder.resolve("runner.child")).strip());
    assertThat(isRunning(child)).isFalse();
  }

  private static boolean isRunning(long pid) throws IOException {
    Path stat = Path.of("/proc/" + pid + "/stat");
    return Files.exists(stat) && !Files.readString(stat).matches("(?s).*\\) [ZX] .*");
  }

  @Test
  void aCutThatComesTooLateIsMadeInAnotherRun() throws Exception {
    Reboots reboots =
        reboots(
            "echo run >> $0.runs\n"
                + "case $(wc -l < $0.runs) in 1) exit 10;; 2) sleep 300;; esac\n"
                + ENDS_AS_ASKED);

    reboots.toEnd(new CutPlan(List.of(AT_PLACING)));

    assertThat(reboots.runs()).extracting(Run::wasCut).containsExactly(false, true, false);
  }

  @Test
  void aRunnerThatFailsByItselfFailsTheDemoWithItsCode() throws Exception {
    Reboots reboots =
        reboots("echo '{\"ending\":\"stopped\",\"sentence\":\"No.\",\"exitCode\":11}'\nexit 11\n");

    assertThatThrownBy(() -> reboots.toEnd(new CutPlan(List.of())))
        .isInstanceOfSatisfying(
            DemoFailed.class, failed -> assertThat(failed.exitCode()).isEqualTo(11))
        .hasMessageEndingWith("exit code 11: No.");
  }

  @Test
  void aRunnerThatDiesIsNotTakenForACut() throws Exception {
    Reboots reboots = reboots("echo damned >&2\nkill -9 $$\n");

    assertThatThrownBy(() -> reboots.toEnd(new CutPlan(List.of())))
        .isInstanceOf(DemoFailed.class)
        .hasMessageContaining("137")
        .hasMessageContaining("damned");
  }

  private Reboots reboots(String script) throws IOException {
    Path runner = folder.resolve("runner");
    Files.writeString(runner, script);
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Reboots(
        List.of("sh", runner.toString()),
        folder.resolve("complaints"),
        new DemoNarrator(nowhere, false));
  }
}
