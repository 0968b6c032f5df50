package dev.lockstep.simulator.demo;

import dev.lockstep.initrd.progress.ProgressBar;
import dev.lockstep.simulator.demo.Run.Ending;
import java.io.PrintStream;
import java.util.Optional;

/** Tells the demo's story while it happens. */
final class DemoNarrator {

  private final PrintStream out;
  private final boolean terminal;
  private ProgressBar bar;

  DemoNarrator(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.bar = new ProgressBar(out, terminal);
  }

  /** A new chapter. */
  void chapter(String title) {
    bar.clear();
    out.println();
    out.println(title);
  }

  void say(String sentence) {
    bar.clear();
    out.println("  " + sentence);
  }

  void runBegins(int number, Optional<CutPoint> cut) {
    bar = new ProgressBar(out, terminal);
    out.println();
    out.printf(
        "  run %d%s%n",
        number, cut.map(point -> ": the power will go " + point.sentence()).orElse(""));
  }

  void told(RunLine line) {
    switch (line) {
      case RunLine.Told told -> tell(told);
      case RunLine.Progress(long done, long total) -> bar.show(done, total);
      case RunLine.Ended _, RunLine.Unreadable _ -> {}
    }
  }

  private void tell(RunLine.Told told) {
    EventSentences.of(told.type(), told.payload())
        .ifPresent(
            sentence -> {
              bar.clear();
              String mark = told.type().startsWith("first-boot.intended.") ? "→" : "✓";
              String why =
                  told.because().isEmpty() || told.because().equals("NEXT_IN_ORDER")
                      ? ""
                      : "  [" + told.because() + "]";
              out.println("    " + mark + " " + sentence + why);
            });
  }

  void runEnded(Run run) {
    bar.clear();
    switch (run.ending()) {
      case Ending.Cut(int number, CutPoint _, long atMillis, int processes) ->
          out.printf(
              "    ✂ power cut %d: %d processes killed after %d ms%n", number, processes, atMillis);
      case Ending.Exited(int exitCode, String sentence) ->
          out.println(
              "    "
                  + (exitCode == 0 ? "complete" : sentence.isEmpty() ? "ended" : sentence)
                  + " (exit code "
                  + exitCode
                  + ")");
    }
  }

  void checked(Check.Result result) {
    out.println("  " + (result.passed() ? "✓ " : "✗ ") + result.name() + ": " + result.detail());
  }
}
