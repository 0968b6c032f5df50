package dev.lockstep.journal.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.JsonForm;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Story;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** Which records, and in which form. */
final class StoryOptions {
  /** How records are printed. */
  enum Format {
    TEXT,
    JSONL,
    HTML
  }

  @Option(
      names = "--since",
      paramLabel = "SEQ",
      description = "Only records from this sequence number on.")
  private long since;

  @Option(names = "--format", paramLabel = "FORMAT", description = "text, jsonl or html.")
  private Format format;

  @Option(names = "--json", description = "The same as --format jsonl.")
  private boolean json;

  void print(Scan scan, RecordText text, Format byDefault, PrintWriter out) {
    Story story = Story.of(scan).since(since);
    switch (json ? Format.JSONL : format == null ? byDefault : format) {
      case TEXT ->
          new TextForm(out, text, Colours.forThisTerminal(System.console(), System.getenv()))
              .print(story, scan);
      case HTML -> new HtmlForm(out, text).print(story, scan);
      case JSONL -> {
        story.boots().stream()
            .flatMap(boot -> boot.records().stream())
            .map(JsonForm::record)
            .map(ObjectNode::toString)
            .forEach(out::println);
        scan.findings().stream().map(JsonForm::finding).forEach(out::println);
      }
    }
    out.flush();
  }
}
