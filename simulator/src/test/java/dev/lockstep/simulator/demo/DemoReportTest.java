package dev.lockstep.simulator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.demo.CutPoint.AfterEvent;
import dev.lockstep.simulator.demo.CutPoint.DuringConversion;
import dev.lockstep.simulator.demo.Run.Ending;
import dev.lockstep.simulator.demo.Run.Timed;
import dev.lockstep.simulator.demo.StoryStep.Place;
import dev.lockstep.simulator.demo.StoryStep.Side;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoReportTest {

  private static final String HOSTILE = "</td><script>alert('\"1\"')</script>&\u001b[31m\u202e";

  @Test
  void hostileTextStaysText() {
    String html = DemoReport.html(result(hostileRuns()));

    assertThat(html)
        .doesNotContain("<script")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e")
        .contains("&lt;script&gt;alert(&#39;&quot;1&quot;&#39;)&lt;/script&gt;&amp;\\u001b[31m");
  }

  @Test
  void everyCutIsDrawnAndTold() {
    String html = DemoReport.html(result(runs()));

    assertThat(html.split("class=\"bolt\"", -1)).hasSize(3);
    assertThat(html)
        .contains("25 ms after &quot;Place the header&quot; was begun")
        .contains("3 ms after 40 % of the data were converted")
        .contains("HEADER_TORN")
        .contains("CONVERSION_INTERRUPTED");
  }

  @Test
  void itNeedsNothingFromOutside() {
    assertThat(DemoReport.html(result(runs())))
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("<link")
        .doesNotContain("src=\"")
        .doesNotContain("url(");
  }

  @Test
  void aFailureIsTheFirstThingThatIsSaid() {
    String html = DemoReport.html(result(hostileRuns()));

    assertThat(html).contains("<h2>Not proved</h2>").doesNotContain("Nothing was lost");
  }

  @Test
  void aBootOfWhichNothingWasHeardIsDrawnToo() {
    Run silent =
        new Run(1, List.of(), new Ending.Cut(1, new CutPoint.WhileStarting(250), 250, 1), 260);

    assertThat(DemoReport.html(result(List.of(silent)))).contains("none: it was still starting");
  }

  private static List<Run> runs() {
    return List.of(
        new Run(
            1,
            List.of(told("first-boot.intended.place-header", "NEXT_IN_ORDER")),
            new Ending.Cut(
                1, new AfterEvent(new Place(StoryStep.PLACE_HEADER, Side.INTENDED), 25), 900, 2),
            910),
        new Run(
            2,
            List.of(
                told("first-boot.intended.place-header", "HEADER_TORN"),
                told("first-boot.intended.convert", "NEXT_IN_ORDER"),
                new Timed(20, new RunLine.Progress(40, 100))),
            new Ending.Cut(2, new DuringConversion(40, 3), 950, 2),
            960),
        new Run(
            3,
            List.of(told("first-boot.intended.convert", "CONVERSION_INTERRUPTED")),
            new Ending.Exited(0, ""),
            1000));
  }

  private static List<Run> hostileRuns() {
    return List.of(
        new Run(
            1,
            List.of(
                told("first-boot.intended.convert", HOSTILE),
                new Timed(1, new RunLine.Unreadable(HOSTILE))),
            new Ending.Cut(1, new DuringConversion(1, 1), 1, 1),
            1),
        new Run(
            2,
            List.of(told("first-boot.intended.convert", HOSTILE)),
            new Ending.Exited(1, HOSTILE),
            1));
  }

  private static Timed told(String type, String because) {
    return new Timed(10, new RunLine.Told(type, because, 0, "{}"));
  }

  private static DemoResult result(List<Run> runs) {
    boolean fine = runs.getLast().ending().equals(new Ending.Exited(0, ""));
    return new DemoResult(
        new DemoResult.Conditions(
            Instant.EPOCH,
            1 << 29,
            7,
            1234,
            HOSTILE,
            new Environment(List.of(new Environment.Entry("Kernel", HOSTILE)))),
        runs,
        100,
        List.of(new Check.Result("proved", true, HOSTILE, 5)),
        Optional.empty(),
        fine ? Optional.empty() : Optional.of(new DemoFailed(1, HOSTILE)));
  }
}
