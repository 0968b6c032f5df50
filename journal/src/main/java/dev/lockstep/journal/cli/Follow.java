package dev.lockstep.journal.cli;

import dev.lockstep.journal.record.Sha256;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.JsonForm;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Story;
import java.io.PrintWriter;

/**
 * Prints each record once, as later and later readings of a journal show it. What lies behind the
 * valid prefix is not told: an append may be under way.
 */
final class Follow {
  /** How a new record is printed. */
  private interface Form {
    void print(Story story, int bootIndex, LocatedRecord record, boolean firstOfBoot);
  }

  private final PrintWriter out;
  private final Form form;
  private long nextSequence;
  private long lastSeen = -1;
  private Sha256 lastHash = Sha256.NONE;

  private Follow(PrintWriter out, long since, Form form) {
    this.out = out;
    this.nextSequence = since;
    this.form = form;
  }

  static Follow text(PrintWriter out, RecordText text, long since) {
    TextForm lines = StoryOptions.textForm(out, text);
    return new Follow(
        out,
        since,
        (story, bootIndex, record, firstOfBoot) -> {
          Story.Boot boot = story.boots().get(bootIndex);
          if (firstOfBoot) {
            lines.cutBehind(story, bootIndex - 1);
            lines.heading(boot);
          }
          lines.record(boot, record);
        });
  }

  static Follow jsonLines(PrintWriter out, long since) {
    return new Follow(out, since, (_, _, record, _) -> out.println(JsonForm.record(record)));
  }

  /** False if this is not the journal that was seen before, with more at its end or the same. */
  boolean sees(Scan scan) {
    if (!goesOn(scan)) {
      return false;
    }
    Story story = Story.of(scan);
    for (int index = 0; index < story.boots().size(); index++) {
      for (LocatedRecord record : story.boots().get(index).records()) {
        if (record.sequence() >= nextSequence) {
          boolean first = record.equals(story.boots().get(index).records().getFirst());
          form.print(story, index, record, first);
          nextSequence = record.sequence() + 1;
        }
      }
    }
    lastSeen = scan.head().lastSequence();
    lastHash = scan.head().hash();
    out.flush();
    return true;
  }

  private boolean goesOn(Scan scan) {
    return scan.head().lastSequence() >= lastSeen
        && scan.located().stream()
            .filter(record -> record.sequence() == lastSeen)
            .allMatch(record -> record.hash().equals(lastHash));
  }
}
