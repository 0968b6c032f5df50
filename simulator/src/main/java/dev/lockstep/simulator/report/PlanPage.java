package dev.lockstep.simulator.report;

import static dev.lockstep.simulator.demo.Html.escape;

import dev.lockstep.simulator.explore.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan as a timeline: a lane for each part of the machine, a row for each epoch. */
public final class PlanPage {

  /** Rows that stay open before a cut, a violation or the end; those before are folded away. */
  private static final int OPEN_ROWS = 14;

  private final StringBuilder page = new StringBuilder();
  private final List<String> rows = new ArrayList<>();
  private Lanes known = new Lanes("", "", "", "", "");

  private PlanPage() {}

  /** A page of its own. */
  public static String html(Plan plan, List<Beat> beats) {
    return PageStyle.HEAD
        + "<header><h1>A plan, replayed</h1>\n<p class=\"faint\">scenario "
        + escape(plan.scenario())
        + (plan.mutant().equals("none") ? "" : ", with the mistake " + escape(plan.mutant()))
        + "</p></header>\n<main>\n"
        + section(plan, beats)
        + "</main>\n</body>\n</html>\n";
  }

  /** The part of a page that tells it. */
  static String section(Plan plan, List<Beat> beats) {
    PlanPage writer = new PlanPage();
    writer.page.append(
        "<h2>How it comes to that</h2>\n<div class=\"lane-names\"><span>moment</span>");
    Lanes.NAMES.forEach(name -> writer.page.append("<span>").append(name).append("</span>"));
    writer.page.append("</div>\n");
    beats.forEach(writer::tell);
    writer.unfold();
    writer.page.append("<h2>The plan</h2>\n<p class=\"faint\">Saved as a file it runs again: ");
    writer.page.append("lockstep simulate replay PLAN.json --verbose</p>\n<pre>");
    writer.page.append(
        plan.json().lines().map(line -> escape(line)).collect(Collectors.joining("\n")));
    return writer.page.append("</pre>\n").toString();
  }

  private void tell(Beat beat) {
    switch (beat) {
      case Beat.PowerOn(int boot, String asked) ->
          band("", "Power on %d: the operator wants it to %s".formatted(boot, asked));
      case Beat.Recorded(String sentence, String phase) ->
          row("", "record", List.of("<span>" + escape(sentence) + "</span>", "", "", "", ""));
      case Beat.Epoch epoch -> epoch(epoch);
      case Beat.Cut cut -> cut(cut);
      case Beat.Violated(var violation) -> band(" first", "First violation. " + violation);
      case Beat.Ended(var recovery, Lanes lanes) -> {
        row("", "the end", changes(lanes));
        band("", "After %d boots: %s".formatted(recovery.boots(), recovery.ending()));
      }
    }
  }

  private void epoch(Beat.Epoch epoch) {
    List<String> cells = changes(epoch.lanes());
    cells.set(0, written(epoch.writes(), "journal", "write") + cells.get(0));
    cells.set(1, written(epoch.writes(), "root", "write") + cells.get(1));
    cells.set(2, written(epoch.writes(), "boot", "write") + cells.get(2));
    row("", epoch.moment() + " · " + epoch.before(), cells);
  }

  private void cut(Beat.Cut cut) {
    String words =
        "Power cut %d, before %s (moment %d): of %d pending sector writes %d arrived"
            .formatted(
                cut.number(),
                cut.point().before(),
                cut.point().moment(),
                cut.point().pending(),
                cut.point().kept().size());
    band(" cut", words);
    List<String> cells = new ArrayList<>();
    List<String> prefixes = List.of("journal", "root", "boot");
    for (int lane = 0; lane < Lanes.NAMES.size(); lane++) {
      String writes =
          lane < prefixes.size()
              ? written(cut.arrived(), prefixes.get(lane), "write")
                  + written(cut.lost(), prefixes.get(lane), "write lost")
              : "";
      cells.add(writes + now(cut.left().cells().get(lane)));
    }
    known = cut.left();
    row(" left", "what is left", cells);
  }

  private static String written(List<String> writes, String domain, String style) {
    return writes.stream()
        .filter(write -> write.startsWith(domain + " "))
        .map(write -> write.substring(domain.length() + 1))
        .map(write -> "<span class=\"" + style + "\">" + escape(write) + "</span>")
        .collect(Collectors.joining());
  }

  private List<String> changes(Lanes lanes) {
    List<String> cells = new ArrayList<>();
    for (int lane = 0; lane < Lanes.NAMES.size(); lane++) {
      String here = lanes.cells().get(lane);
      cells.add(here.equals(known.cells().get(lane)) ? "" : now(here));
    }
    known = lanes;
    return cells;
  }

  private static String now(String state) {
    return "<span class=\"now\">" + escape(state) + "</span>";
  }

  private void row(String style, String when, List<String> cells) {
    StringBuilder row = new StringBuilder();
    row.append(
        "<div class=\"row%s\"><span class=\"when\">%s</span>".formatted(style, escape(when)));
    for (int lane = 0; lane < cells.size(); lane++) {
      row.append("<span data-lane=\"%s\">".formatted(escape(Lanes.NAMES.get(lane))));
      row.append(cells.get(lane)).append("</span>");
    }
    rows.add(row.append("</div>\n").toString());
  }

  private void band(String style, String words) {
    unfold();
    page.append("<p class=\"band%s\">%s</p>\n".formatted(style, escape(words)));
  }

  /** Writes the rows that wait, the last of them open. */
  private void unfold() {
    int folded = rows.size() - OPEN_ROWS;
    if (folded > 1) {
      page.append("<details><summary>");
      page.append(String.format(Locale.ROOT, "%d earlier rows</summary>%n", folded));
      rows.subList(0, folded).forEach(page::append);
      page.append("</details>\n");
      rows.subList(folded, rows.size()).forEach(page::append);
    } else {
      rows.forEach(page::append);
    }
    rows.clear();
  }
}
