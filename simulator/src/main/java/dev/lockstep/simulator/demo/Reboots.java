package dev.lockstep.simulator.demo;

import dev.lockstep.simulator.demo.Run.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first boot, started again after each cut until it is complete.
 *
 * <p>It is halted once at a safe point, when the configuration is staged: from there on not one
 * byte of the filesystem may change any more, so that is when it is looked at to compare with. A
 * run that still has a cut ahead of it is told to stop before the end of the story: should the cut
 * come too late, there is another run to cut.
 */
final class Reboots {

  /** The last phase in which the plain filesystem may have changed. */
  private static final String SNAPSHOT_PHASE = "ConfigurationStaged";

  private static final String LAST_PHASE_WITH_CUTS = "Anchored";
  private static final int SAFE_POINT = 10;
  private static final int START_DELAY_MILLIS = 250;

  private final List<String> command;
  private final Path complaints;
  private final DemoNarrator narrator;
  private final List<Run> runs = new ArrayList<>();
  private int cutsMade;

  /**
   * @param command what a user would type
   * @param complaints a file for its standard error
   */
  Reboots(List<String> command, Path complaints, DemoNarrator narrator) {
    this.command = List.copyOf(command);
    this.complaints = complaints;
    this.narrator = narrator;
  }

  /** The runs so far. */
  List<Run> runs() {
    return List.copyOf(runs);
  }

  /** Up to the safe point, with the cuts before it. */
  void toSnapshot(CutPlan plan) throws IOException, DemoFailed {
    follow(plan.cuts().stream().filter(CutPoint::isBeforeSnapshot).toList(), SNAPSHOT_PHASE);
    // A cut that came too late left the story at the safe point already.
    run(Optional.empty(), Optional.of(SNAPSHOT_PHASE));
  }

  /** To the end, with all the other cuts. */
  void toEnd(CutPlan plan) throws IOException, DemoFailed {
    follow(
        plan.cuts().stream().filter(cut -> !cut.isBeforeSnapshot()).toList(), LAST_PHASE_WITH_CUTS);
    run(Optional.empty(), Optional.empty());
  }

  private void follow(List<CutPoint> cuts, String stopAfter) throws IOException, DemoFailed {
    for (CutPoint cut : cuts) {
      boolean cutMade = run(Optional.of(cut), Optional.of(stopAfter)).wasCut();
      if (!cutMade) {
        CutPoint sure = new CutPoint.WhileStarting(START_DELAY_MILLIS + cut.delayMillis());
        Check.require(
            run(Optional.of(sure), Optional.of(stopAfter)).wasCut(),
            "The first boot ended before its power could be cut: " + cut.sentence() + ".");
      }
    }
  }

  private Run run(Optional<CutPoint> cut, Optional<String> stopAfter)
      throws IOException, DemoFailed {
    int number = runs.size() + 1;
    List<String> words = new ArrayList<>(command);
    stopAfter.ifPresent(phase -> words.addAll(List.of("--stop-after", phase)));
    narrator.runBegins(number, cut);
    Run run;
    try (RunnerProcess process = RunnerProcess.start(words, complaints)) {
      run = process.follow(number, cut, cutsMade + 1, narrator::told);
    }
    runs.add(run);
    narrator.runEnded(run);
    switch (run.ending()) {
      case Ending.Cut _ -> cutsMade++;
      case Ending.Exited(int exitCode, String sentence) -> {
        boolean asAsked = exitCode == (stopAfter.isPresent() ? SAFE_POINT : 0);
        if (!asAsked) {
          throw new DemoFailed(
              exitCode == 0 ? 1 : exitCode,
              "Run %d of the first boot ended with exit code %d: %s"
                  .formatted(number, exitCode, sentence));
        }
      }
    }
    return run;
  }
}
