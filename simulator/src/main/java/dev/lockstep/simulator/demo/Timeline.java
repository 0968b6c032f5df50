package dev.lockstep.simulator.demo;

import dev.lockstep.simulator.demo.Run.Ending;
import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A drawing of every run against the steps, as an SVG: what each run did, and where the power went.
 *
 * <pre>
 *            1  2  3  4  …  10 convert            11 …
 *   run 1    ████▌⚡
 *   run 2       ████████████████▌⚡
 *   run 3                       ████████████████████
 * </pre>
 */
final class Timeline {

  private static final int LEFT = 64;
  private static final int STEP = 34;

  /** Where most bytes are written. */
  private static final int CONVERSION = 5 * STEP;

  private static final int TOP = 34;
  private static final int ROW = 34;
  private static final int BAR = 16;
  private static final int RIGHT = 24;
  private static final double SHORTEST = 5;

  private final List<Run> runs;

  private Timeline(List<Run> runs) {
    this.runs = runs;
  }

  static String svg(List<Run> runs) {
    return new Timeline(runs).draw();
  }

  private String draw() {
    StringBuilder svg = new StringBuilder();
    int width = (int) end(StoryStep.RETIRE_ENTRY) + RIGHT;
    int height = TOP + ROW * runs.size() + 8;
    svg.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Each run against the steps of the first boot; power cuts are marked.\">%n"
            .formatted(width, height));
    columns(svg, height);
    for (int row = 0; row < runs.size(); row++) {
      run(svg, runs.get(row), TOP + ROW * row);
    }
    return svg.append("</svg>\n").toString();
  }

  private static double start(StoryStep step) {
    int before = step.number() - 1;
    boolean behindConversion = step.compareTo(StoryStep.CONVERT) > 0;
    return LEFT + STEP * before + (behindConversion ? CONVERSION - STEP : 0);
  }

  private static double end(StoryStep step) {
    return start(step) + (step == StoryStep.CONVERT ? CONVERSION : STEP);
  }

  private static void columns(StringBuilder svg, int height) {
    for (StoryStep step : StoryStep.values()) {
      double middle = (start(step) + end(step)) / 2;
      String name = step == StoryStep.CONVERT ? step.number() + " convert" : "" + step.number();
      svg.append(
          String.format(
              Locale.ROOT,
              "<text class=\"step\" x=\"%.1f\" y=\"20\"><title>%s</title>%s</text>%n",
              middle,
              Html.escape(step.title()),
              name));
      svg.append(line("grid", start(step), TOP - 6, start(step), height - 4));
    }
    double last = end(StoryStep.RETIRE_ENTRY);
    svg.append(line("grid", last, TOP - 6, last, height - 4));
  }

  private static void run(StringBuilder svg, Run run, int top) {
    double middle = top + ROW / 2.0;
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"run\" x=\"0\" y=\"%.1f\">run %d</text>%n",
            middle + 4,
            run.number()));
    svg.append(line("rail", LEFT, middle, end(StoryStep.RETIRE_ENTRY), middle));
    double from = from(run);
    double to = Math.max(from + (run.events().isEmpty() ? 0 : SHORTEST), to(run));
    if (to > from) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"done\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"3\"/>%n",
              from,
              middle - BAR / 2.0,
              to - from,
              BAR));
    }
    switch (run.ending()) {
      case Ending.Cut(int number, CutPoint _, long _, int _) -> cut(svg, to, middle, number);
      case Ending.Exited(int exitCode, String _) -> end(svg, to, middle, exitCode);
    }
  }

  private static void cut(StringBuilder svg, double x, double y, int number) {
    svg.append(line("cut", x, y - 15, x, y + 15));
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"bolt\" d=\"M%.1f %.1f l6 -11 h4 l-4 7 h5 l-10 12 l3 -8 z\"><title>power cut %d</title></path>%n",
            x + 2,
            y + 1,
            number));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"cut\" x=\"%.1f\" y=\"%.1f\">%d</text>%n",
            x + 16,
            y + 4,
            number));
  }

  private static void end(StringBuilder svg, double x, double y, int exitCode) {
    String kind = exitCode == 0 ? "finish" : exitCode == 10 ? "halt" : "cut";
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"><title>exit code %d</title></circle>%n",
            kind,
            x,
            y,
            exitCode));
  }

  /** Where a run began to do something. */
  private static double from(Run run) {
    Optional<Place> first =
        run.events().stream().flatMap(e -> StoryStep.placeOf(e.type()).stream()).findFirst();
    if (first.isEmpty()) {
      return LEFT;
    }
    StoryStep step = first.get().step();
    return step == StoryStep.CONVERT ? start(step) + CONVERSION * alreadyDone(run) : start(step);
  }

  /** How far it came: a step that was begun and not done counts half. */
  private static double to(Run run) {
    Optional<Place> last =
        run.events().stream()
            .flatMap(e -> StoryStep.placeOf(e.type()).stream())
            .reduce((first, second) -> second);
    if (last.isEmpty()) {
      return LEFT;
    }
    StoryStep step = last.get().step();
    if (last.get().side() == Side.DONE) {
      return end(step);
    }
    return step == StoryStep.CONVERT
        ? start(step) + Math.max(SHORTEST, CONVERSION * fraction(run.lastProgress()))
        : (start(step) + end(step)) / 2;
  }

  /** The part that earlier runs had converted, by the runner's own word of what is left. */
  private static double alreadyDone(Run run) {
    long total = run.lastProgress().map(RunLine.Progress::totalBytes).orElse(0L);
    long remaining = run.remainingBytes().orElse(total);
    return total > 0 ? (double) Math.max(0, total - remaining) / total : 0;
  }

  private static double fraction(Optional<RunLine.Progress> progress) {
    return progress
        .filter(p -> p.totalBytes() > 0)
        .map(p -> (double) p.doneBytes() / p.totalBytes())
        .orElse(0.0);
  }

  private static String line(String kind, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
        kind,
        x1,
        y1,
        x2,
        y2);
  }
}
