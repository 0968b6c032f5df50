package dev.lockstep.journal.cli;

import dev.lockstep.journal.event.Cuts;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Printable;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Story;
import dev.lockstep.journal.verify.Verification;
import java.io.PrintWriter;
import java.time.Instant;

/**
 * One page that needs nothing else: no script, no font, no picture. Light and dark, and fit for
 * paper.
 */
final class HtmlForm {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>Lockstep journal</title>
      <style>
      :root { color-scheme: light dark; --ink: #1d2329; --paper: #ffffff; --faint: #5b6670; --line: #d5dae0;
        --good: #1a6b3c; --note: #7a5600; --bad: #b3261e; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #14181c; --faint: #9aa6b1; --line: #333b43;
        --good: #6fcf97; --note: #e6b94d; --bad: #ff8a80; } }
      body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem;
        margin: 2rem auto; padding: 0 1rem; }
      h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; break-after: avoid; }
      p.boot { color: var(--faint); margin: 0 0 .5rem; }
      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); }
      th { color: var(--faint); font-weight: normal; }
      td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      td.payload, code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
      tr { break-inside: avoid; }
      p.cut { color: var(--note); border-top: 2px dashed var(--note); padding-top: .25rem; }
      .good { color: var(--good); } .note { color: var(--note); } .bad { color: var(--bad); }
      @media print { :root { --ink: #000; --paper: #fff; --faint: #444; --line: #bbb; } body { margin: 0; max-width: none; } }
      </style>
      </head>
      <body>
      <h1>Lockstep journal</h1>
      """;

  private final PrintWriter out;
  private final RecordText text;

  HtmlForm(PrintWriter out, RecordText text) {
    this.out = out;
    this.text = text;
  }

  void print(Story story, Scan scan) {
    out.print(HEAD);
    String verdict = new Verification(scan).sentences().getFirst();
    out.printf("<p class=\"%s\">%s</p>%n", scan.isSound() ? "good" : "bad", escape(verdict));
    findings(scan);
    for (int index = 0; index < story.boots().size(); index++) {
      boot(story.boots().get(index));
      if (Cuts.isCutBehind(story.boots(), index)) {
        out.printf("<p class=\"cut\">⚡ %s</p>%n", escape(Cuts.sentence(story.boots().get(index))));
      }
    }
    if (!scan.behind().isEmpty()) {
      out.println("<h2 class=\"bad\">Whole records that the chain does not reach</h2>");
      tableHead();
      scan.behind().forEach(record -> row(record, "", ""));
      out.println("</table>");
    }
    out.println("</body>\n</html>");
  }

  private void findings(Scan scan) {
    if (scan.findings().isEmpty()) {
      return;
    }
    out.println("<ul>");
    for (Finding finding : scan.findings()) {
      out.printf(
          "<li class=\"%s\">%s</li>%n",
          finding.isDamage() ? "bad" : "note", escape(finding.sentence()));
    }
    out.println("</ul>");
  }

  private void boot(Story.Boot boot) {
    out.printf("<h2>%s</h2>%n", escape(GenerationLayout.fileName(boot.generation())));
    out.printf(
        "<p class=\"boot\">Boot %s, %s by the machine's clock</p>%n",
        boot.first().bootId(), Instant.ofEpochMilli(boot.first().timeMillis()));
    tableHead();
    boot.records()
        .forEach(record -> row(record, boot.relativeTime(record), boot.took(record).orElse("")));
    out.println("</table>");
  }

  private void tableHead() {
    out.println(
        "<table><tr><th>Record</th><th>Time</th><th>Took</th><th>Type</th><th>What it"
            + " says</th><th>Hash</th></tr>");
  }

  private void row(LocatedRecord record, String time, String took) {
    out.printf(
        "<tr><td class=\"number\">%d</td><td class=\"number\">%s</td><td"
            + " class=\"number\">%s</td><td>%s</td><td"
            + " class=\"payload\">%s</td><td><code>%s</code></td></tr>%n",
        record.sequence(),
        escape(time),
        escape(took),
        escape(record.record().type()),
        escape(text.sentence(record.record())),
        record.hash().abbreviated());
  }

  /** Everything that came out of a file is text here, never markup. */
  static String escape(String text) {
    return Printable.of(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
