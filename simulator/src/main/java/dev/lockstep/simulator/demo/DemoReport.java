package dev.lockstep.simulator.demo;

import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.Story;
import dev.lockstep.simulator.demo.Run.Ending;
import dev.lockstep.statemachine.firstboot.Case;
import dev.lockstep.statemachine.firstboot.Job;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * One page that needs nothing else: the summary, the drawing, the steps, the proof, the journal.
 */
final class DemoReport {

  private static final double MIB = 1 << 20;

  private final DemoResult result;
  private final StringBuilder page = new StringBuilder();
  private List<String> titles = List.of();

  private DemoReport(DemoResult result) {
    this.result = result;
  }

  static String html(DemoResult result) {
    DemoReport report = new DemoReport(result);
    report.head();
    report.summary();
    report.timeline();
    report.cuts();
    report.steps();
    report.checks();
    report.keys();
    report.journal();
    report.environment();
    report.page.append("</main>\n</body>\n</html>\n");
    return report.page.toString();
  }

  private void head() {
    page.append(ReportStyle.HEAD);
    page.append("<header><h1>Lockstep demo</h1>\n");
    page.append(
        "<p class=\"faint\">%s · disk of %s · seed %d · %s</p></header>\n<main>\n"
            .formatted(
                escape(result.conditions().begun().toString()),
                mebibytes(result.conditions().diskBytes()),
                result.conditions().seed(),
                seconds(result.conditions().millis())));
  }

  private void summary() {
    boolean good = result.exitCode() == 0;
    page.append("<section class=\"verdict %s\">\n".formatted(good ? "good" : "bad"));
    page.append(
        good ? "<h2>Nothing was lost, and nobody was locked out</h2>\n" : "<h2>Not proved</h2>\n");
    page.append("<p>").append(escape(story(good))).append("</p>\n");
    page.append(
        "<p class=\"faint\">A kill takes the processes; what the kernel had taken over it still writes."
            + " That writes which were never flushed may be lost as well is what lockstep simulate"
            + " explores.</p>\n");
    page.append("<ul class=\"figures\">\n");
    figure(result.cuts() + "", "power cuts");
    figure(result.cutsInConversion() + "", "of them while data was converted");
    figure(result.runs().size() + "", "runs of the first boot");
    figure(mebibytes(result.filesystemBytes()), "decrypted, every byte as it was");
    figure(result.checks().stream().filter(Check.Result::passed).count() + "", "checks passed");
    page.append("</ul>\n</section>\n");
  }

  private String story(boolean good) {
    if (!good) {
      return result.failure().map(DemoFailed::getMessage).orElse("");
    }
    return ("A small system was installed in the clear and encrypted in place by its first boot. The"
            + " power was cut %s: the runner and everything it had started were killed with no"
            + " warning. Each time the same command was started again and went on by itself. In the"
            + " end every byte of the filesystem was decrypted and equals what was installed, TPM and"
            + " recovery key both open the volume, no plaintext is left, and no key was written"
            + " anywhere it must not be.")
        .formatted(result.cuts() == 1 ? "once" : result.cuts() + " times");
  }

  private void figure(String number, String what) {
    page.append("<li><b>%s</b> %s</li>\n".formatted(escape(number), escape(what)));
  }

  private void timeline() {
    if (result.runs().isEmpty()) {
      return;
    }
    page.append("<h2>The runs</h2>\n<div class=\"scroll\">\n");
    page.append(Timeline.svg(result.runs()));
    page.append(
        "</div>\n<p class=\"faint legend\"><span class=\"key done\"></span> done in this run");
    page.append(" <span class=\"key cut\"></span> power cut");
    page.append(
        " <span class=\"key halt\"></span> halted at a safe point, to note the plain bytes");
    page.append(" <span class=\"key finish\"></span> complete. The numbers are those of the steps");
    page.append(" below.</p>\n");
  }

  private void cuts() {
    if (result.cuts() == 0) {
      return;
    }
    page.append("<h2>The power cuts, and how each was answered</h2>\n");
    tableHead(
        "stack", "Cut", "Run", "The power went", "The last word was", "The next run went on with");
    List<Run> runs = result.runs();
    for (int at = 0; at < runs.size(); at++) {
      Run run = runs.get(at);
      if (run.ending()
          instanceof Ending.Cut(int number, CutPoint point, long atMillis, int killed)) {
        Optional<Run> next =
            at + 1 < runs.size() ? Optional.of(runs.get(at + 1)) : Optional.empty();
        row(
            number(number),
            number(run.number()),
            cell(
                "%s; %d processes, %s after the start"
                    .formatted(point.sentence(), killed, seconds(atMillis))),
            cell(lastWord(run)),
            answer(next.flatMap(Run::answer)));
      }
    }
    page.append("</table></div>\n");
  }

  private static String lastWord(Run run) {
    String event =
        run.lastEvent()
            .map(told -> marked(told) + EventSentences.of(told.type(), told.payload()).orElse(""))
            .orElse("none: it was still starting");
    return run.endedConverting()
        ? run.lastProgress()
            .map(
                p ->
                    event
                        + ", %.0f of %.0f MiB done"
                            .formatted(p.doneBytes() / MIB, p.totalBytes() / MIB))
            .orElse(event)
        : event;
  }

  private static String marked(RunLine.Told told) {
    return told.type().startsWith("first-boot.intended.") ? "→ " : "✓ ";
  }

  private static String answer(Optional<RunLine.Told> told) {
    if (told.isEmpty()) {
      return cell("nothing: there was no next run");
    }
    String sentence =
        EventSentences.of(told.get().type(), told.get().payload()).orElse(told.get().type());
    return "<td><code>%s</code> %s<br>%s%s</td>"
        .formatted(
            escape(told.get().because()),
            escape(why(told.get().because())),
            marked(told.get()),
            escape(sentence));
  }

  private static String why(String because) {
    for (Case each : Case.values()) {
      if (each.name().equals(because)) {
        return each.sentence();
      }
    }
    return "";
  }

  private void steps() {
    List<StepTimes.Row> rows = StepTimes.of(result.runs());
    if (rows.isEmpty()) {
      return;
    }
    Optional<Job> job = StepTimes.job(result.runs());
    page.append("<h2>The steps</h2>\n");
    tableHead("steps", "Step", "", "In run", "Begun", "Time", "Bytes");
    for (StepTimes.Row row : rows) {
      OptionalLong bytes =
          job.map(known -> StepTimes.bytes(row.step(), known)).orElse(OptionalLong.empty());
      row(
          number(row.step().number()),
          cell(row.step().title()),
          cell(row.runs().stream().map(String::valueOf).collect(Collectors.joining(", "))),
          cell(begun(row)),
          "<td class=\"number\">%s</td>"
              .formatted(row.attempts() == 0 ? "" : seconds(row.millis())),
          "<td class=\"number\">%s</td>"
              .formatted(bytes.isPresent() ? mebibytes(bytes.getAsLong()) : ""));
    }
    page.append("</table></div>\n");
  }

  private static String begun(StepTimes.Row row) {
    return switch (row.attempts()) {
      case 0 -> row.step() == StoryStep.PREFLIGHT ? "only reads" : "found done";
      case 1 -> "once";
      case 2 -> "twice";
      default -> row.attempts() + " times";
    };
  }

  private void checks() {
    page.append("<h2>What was verified</h2>\n");
    tableHead("flow", "", "Proved", "How", "Time");
    for (Check.Result check : result.checks()) {
      row(
          "<td class=\"%s\">%s</td>"
              .formatted(check.passed() ? "good" : "bad", check.passed() ? "✓" : "✗"),
          cell(check.name()),
          cell(check.detail()),
          "<td class=\"number\">%s</td>".formatted(seconds(check.millis())));
    }
    page.append("</table></div>\n");
  }

  private void keys() {
    if (result.proof().isEmpty()) {
      return;
    }
    page.append("<h2>The keys that are enrolled</h2>\n<ul>\n");
    for (String key : result.proof().get().keys()) {
      page.append("<li>").append(escape(key)).append("</li>\n");
    }
    page.append(
        "<li>the conversion key, which resumed after each cut, opens nothing any more</li>\n</ul>\n");
  }

  private void journal() {
    if (result.proof().isEmpty()) {
      return;
    }
    Scan scan = result.proof().get().journal();
    page.append("<h2>The journal's story</h2>\n");
    page.append(
        "<p class=\"faint\">%d records, each with the hash of the one before; times are the machine's own.</p>\n"
            .formatted(scan.located().size()));
    for (Story.Boot boot : Story.of(scan).boots()) {
      page.append(
          "<h3>Boot %d <span class=\"faint\">%s</span></h3>\n"
              .formatted(
                  boot.generation(),
                  escape(Instant.ofEpochMilli(boot.first().timeMillis()).toString())));
      tableHead("flow journal", "Record", "Time", "What it says", "Why", "Hash");
      for (LocatedRecord record : boot.records()) {
        row(
            number(record.sequence()),
            "<td class=\"number\">%s</td>".formatted(escape(boot.relativeTime(record))),
            cell(EventSentences.of(record.record())),
            "<td><code>%s</code></td>".formatted(escape(why(record))),
            "<td><code>%s</code></td>".formatted(escape(record.hash().abbreviated())));
      }
      page.append("</table></div>\n");
    }
  }

  private static String why(LocatedRecord record) {
    String because = EventSentences.because(record.record());
    return because.equals("NEXT_IN_ORDER") ? "" : because;
  }

  private void environment() {
    page.append("<h2>On what it ran</h2>\n");
    tableHead("flow", "", "");
    row(cell("Kernel and initrd installed"), cell(result.conditions().kernel()));
    for (Environment.Entry entry : result.conditions().environment().entries()) {
      row(cell(entry.name()), cell(entry.version()));
    }
    page.append("</table></div>\n");
  }

  /**
   * Begins a table.
   *
   * @param narrow what becomes of its rows on a phone: {@code stack}, {@code flow}, or as they are
   */
  private void tableHead(String narrow, String... titles) {
    this.titles = List.of(titles);
    page.append("<div class=\"scroll\"><table class=\"%s\"><tr>".formatted(narrow));
    for (String title : titles) {
      page.append("<th>").append(escape(title)).append("</th>");
    }
    page.append("</tr>\n");
  }

  private void row(String... cells) {
    page.append("<tr>");
    for (int column = 0; column < cells.length; column++) {
      String label = "<td data-label=\"%s\"".formatted(escape(titles.get(column)));
      page.append(label).append(cells[column].substring("<td".length()));
    }
    page.append("</tr>\n");
  }

  private static String cell(String text) {
    return "<td>" + escape(text) + "</td>";
  }

  private static String number(long number) {
    return "<td class=\"number\">" + number + "</td>";
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MiB", bytes / MIB);
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
  }

  private static String escape(String text) {
    return Html.escape(text);
  }
}
