package dev.lockstep.journal.cli;

import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.CelForm;
import dev.lockstep.journal.verify.JsonForm;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Story;
import java.io.PrintWriter;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Which records, and in which form. */
final class StoryOptions {
  /** How records are printed. */
  enum Format {
    TEXT,
    JSONL,
    HTML,
    CEL
  }

  @Option(
      names = "--since",
      paramLabel = "SEQ",
      description = "Only records from this sequence number on.")
  private long since;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "text, jsonl, html, or cel (TCG canonical event log, JSON).")
  private Format format;

  @Option(names = "--json", description = "The same as --format jsonl.")
  private boolean json;

  Format format(Format byDefault) {
    return json ? Format.JSONL : format == null ? byDefault : format;
  }

  /**
   * Nothing but data goes to stdout; a form that has no place for findings leaves them to stderr.
   */
  void print(Scan scan, RecordText text, Format byDefault, CommandLine command) {
    PrintWriter out = command.getOut();
    Story story = Story.of(scan).since(since);
    switch (format(byDefault)) {
      case TEXT -> textForm(out, text).print(story, scan);
      case HTML -> new HtmlForm(out, text).print(story, scan);
      case JSONL -> {
        records(story).map(JsonForm::record).forEach(out::println);
        scan.findings().stream().map(JsonForm::finding).forEach(out::println);
      }
      case CEL -> {
        String separator = "[\n";
        for (LocatedRecord record : (Iterable<LocatedRecord>) records(story)::iterator) {
          out.print(separator + CelForm.record(record));
          separator = ",\n";
        }
        out.println(separator.startsWith("[") ? "[]" : "\n]");
        scan.findings().forEach(finding -> command.getErr().println(finding.sentence()));
        command.getErr().flush();
      }
    }
    out.flush();
  }

  static TextForm textForm(PrintWriter out, RecordText text) {
    return new TextForm(out, text, Colours.forThisTerminal(System.console(), System.getenv()));
  }

  private static Stream<LocatedRecord> records(Story story) {
    return story.boots().stream().flatMap(boot -> boot.records().stream());
  }

  long since() {
    return since;
  }
}
