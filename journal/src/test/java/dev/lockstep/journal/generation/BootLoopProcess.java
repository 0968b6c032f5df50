package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Boots, appends, folds, and boots again until the power goes; for a machine whose only other end
 * is a serial line. Says, a line each:
 *
 * <pre>
 *   has SEQUENCE HASH     each record that was there when the first boot opened the journal
 *   damage SENTENCE       what no cut explains
 *   opened GENERATION     all that is said about the past was said
 *   ack SEQUENCE HASH     an append returned
 *   failed SENTENCE       the journal could not be opened or appended to
 * </pre>
 */
public final class BootLoopProcess {
  /** The last events survive a fold, more than one life of the machine appends. */
  static final int KEPT = 400;

  static final Retention LAST_EVENTS =
      new Retention() {
        @Override
        public List<JournalRecord> keep(List<JournalRecord> records) {
          return records.subList(Math.max(0, records.size() - KEPT), records.size());
        }

        @Override
        public boolean preserves(List<JournalRecord> all, List<JournalRecord> kept) {
          return keep(all).equals(keep(kept));
        }
      };

  private static final Compaction FOUR = new Compaction(4, LAST_EVENTS);

  private BootLoopProcess() {}

  /** Takes the journal's folder, the scratch folder, and at how many boots it ends by itself. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Path scratch = Path.of(arguments[1]);
    Random random = new Random();
    System.out.println("starting");
    try {
      for (int boot = 0; boot < Integer.parseInt(arguments[2]); boot++) {
        try (Journal journal = open(directory, scratch)) {
          if (boot == 0) {
            tellPast(journal.scan());
          }
          say("opened " + journal.generation());
          for (int append = random.nextInt(40); append >= 0; append--) {
            append(journal, random.nextInt(random.nextInt(20) == 0 ? 4000 : 250));
          }
        }
      }
    } catch (JournalFailed failed) {
      say("failed " + failed.reason() + ": " + failed.getMessage());
    }
  }

  /** As an installer does that is started again: a journal that was never begun is begun. */
  private static Journal open(Path directory, Path scratch) throws JournalFailed, IOException {
    UUID id = UUID.randomUUID();
    boolean begun =
        Files.isDirectory(directory) && !JournalReader.read(directory).located().isEmpty();
    return begun
        ? Journal.open(directory, scratch, id, () -> 1, FOUR)
        : Journal.create(directory, scratch, id, () -> 1);
  }

  private static void append(Journal journal, int length) throws JournalFailed {
    journal.append("step", 1, "{\"step\":\"%s\"}".formatted("s".repeat(length)).getBytes(UTF_8));
    say("ack " + (journal.nextSequence() - 1) + " " + journal.headHash());
  }

  private static void tellPast(Scan scan) {
    for (LocatedRecord record : scan.located()) {
      if (!Checkpoint.isReserved(record.record().type())) {
        say("has " + record.sequence() + " " + record.hash());
      }
    }
    scan.findings().stream()
        .filter(finding -> finding.isDamage() && !isCut(finding))
        .forEach(finding -> say("damage " + finding.sentence()));
  }

  private static boolean isCut(Finding finding) {
    return finding instanceof Finding.TornOrDamaged || finding instanceof Finding.NoRecord;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
