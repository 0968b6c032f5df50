package dev.lockstep.journal.cli;

import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.event.Cuts;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.RecordText;
import dev.lockstep.journal.verify.Story;
import java.io.PrintWriter;
import java.time.Instant;

/** The story for a terminal. */
final class TextForm {
  private final PrintWriter out;
  private final RecordText text;
  private final Colours colours;

  TextForm(PrintWriter out, RecordText text, Colours colours) {
    this.out = out;
    this.text = text;
    this.colours = colours;
  }

  void print(Story story, Scan scan) {
    for (int index = 0; index < story.boots().size(); index++) {
      Story.Boot boot = story.boots().get(index);
      heading(boot);
      boot.records().forEach(record -> record(boot, record));
      cutBehind(story, index);
      out.println();
    }
    for (Finding finding : scan.findings()) {
      out.println(
          finding.isDamage()
              ? colours.damage("damage: " + finding.sentence())
              : colours.note("note: " + finding.sentence()));
    }
    if (!scan.behind().isEmpty()) {
      out.println(
          colours.damage("whole records behind the damage, which the chain does not reach:"));
      scan.behind().forEach(record -> out.println(colours.damage(line(record, ""))));
    }
  }

  void heading(Story.Boot boot) {
    out.println(
        colours.heading(
            "%s  boot %s  %s by the machine's clock"
                .formatted(
                    GenerationLayout.fileName(boot.generation()),
                    boot.first().bootId(),
                    Instant.ofEpochMilli(boot.first().timeMillis()))));
  }

  void record(Story.Boot boot, LocatedRecord record) {
    String line =
        line(record, boot.relativeTime(record))
            + boot.took(record).map(time -> "  [" + time + "]").orElse("");
    out.println(SignedHead.isNamedBy(record.record()) ? colours.faint(line) : line);
  }

  void cutBehind(Story story, int index) {
    if (Cuts.isCutBehind(story.boots(), index)) {
      out.println(colours.note("   ⚡  " + Cuts.sentence(story.boots().get(index))));
    }
  }

  private String line(LocatedRecord record, String time) {
    return "%6d  %12s  %-28s  %s"
        .formatted(record.sequence(), time, record.record().type(), text.sentence(record.record()));
  }
}
