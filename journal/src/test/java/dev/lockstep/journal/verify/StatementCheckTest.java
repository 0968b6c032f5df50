package dev.lockstep.journal.verify;

import static dev.lockstep.journal.SigningFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.SigningFixture;
import dev.lockstep.journal.chain.SignedHead;
import dev.lockstep.journal.generation.Compaction;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.Retention;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.scan.JournalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatementCheckTest {
  /** Keeps the last half of the events, so that folding really drops some. */
  private static final Retention HALF =
      new Retention() {
        @Override
        public List<JournalRecord> keep(List<JournalRecord> records) {
          return records.subList(records.size() / 2, records.size());
        }

        @Override
        public boolean preserves(List<JournalRecord> all, List<JournalRecord> kept) {
          return all.isEmpty() || all.getLast().equals(kept.getLast());
        }
      };

  @TempDir Path temporary;

  private static Verification read(Path folder) throws IOException {
    return new Verification(JournalReader.read(folder.resolve("journal")));
  }

  private static StatementCheck check(SignedHead kept, Path folder) throws IOException {
    StatementWatch watch = new StatementWatch(kept);
    Verification read = JournalSource.verify(folder.resolve("journal"), watch);
    return watch.check(read.summary().head(), read.signed());
  }

  @Property(tries = 30)
  void anyJournalVerifiesAndWhateverIsTakenOffBelowAStatementIsSeen(@ForAll long seed)
      throws Exception {
    Path folder = Files.createTempDirectory("lockstep-statement-");
    try {
      Random random = new Random(seed);
      List<SignedHead> kept = write(folder, random);
      Verification whole = read(folder);
      assertThat(whole.exitCode()).as("%s", whole.sentences()).isZero();
      for (SignedHead head : kept) {
        assertThat(check(head, folder).isHeld()).isTrue();
      }
      SignedHead last = kept.getLast();
      assertThat(whole.signed().last()).contains(last);
      long first = whole.summary().base().map(base -> base.checkpoint().lastSequence()).orElse(-1L);
      // Down to the checkpoint, record by record: it goes as a whole, or stays.
      for (long end = last.sequence() - 1; end > first + 6; end -= 1 + random.nextInt(3)) {
        SigningFixture.truncate(folder.resolve("journal"), end);
        assertThat(check(last, folder))
            .isEqualTo(new StatementCheck.TakenOff(last, last.sequence() - end));
      }
    } finally {
      delete(folder);
    }
  }

  /** A few boots, with signatures here and there, and one at least. */
  private static List<SignedHead> write(Path folder, Random random) throws Exception {
    List<SignedHead> signed = new ArrayList<>();
    int boots = 1 + random.nextInt(6);
    Compaction compaction = new Compaction(2 + random.nextInt(3), HALF);
    for (int boot = 0; boot < boots; boot++) {
      try (Journal journal = SigningFixture.boot(folder, boot, compaction)) {
        for (int step = random.nextInt(6); step >= 0; step--) {
          JournalFixture.append(journal, random.nextInt(200));
          if (random.nextInt(3) == 0 || (boot == boots - 1 && step == 0)) {
            JournalRecord record = journal.signHead(key(1 + random.nextInt(2))).orElseThrow();
            signed.add(SignedHead.read(record).orElseThrow());
          }
        }
      }
    }
    return signed;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private SignedHead sign(int boot, Compaction compaction, int key) throws Exception {
    try (Journal journal = SigningFixture.boot(temporary, boot, compaction)) {
      JournalFixture.append(journal, 30);
      return SignedHead.read(journal.signHead(key(key)).orElseThrow()).orElseThrow();
    }
  }

  @Test
  void aJournalThatWasWrittenAnewIsToldFromTheOneThatWasSigned() throws Exception {
    Compaction eight = Compaction.keeping(HALF);
    SignedHead first = sign(0, eight, 1);
    SigningFixture.truncate(temporary.resolve("journal"), 0);
    SignedHead other;
    try (Journal journal = SigningFixture.boot(temporary, 1, eight)) {
      JournalFixture.append(journal, 31);
      JournalFixture.append(journal, 31);
      other = SignedHead.read(journal.signHead(key(1)).orElseThrow()).orElseThrow();
    }
    assertThat(check(first, temporary)).isEqualTo(new StatementCheck.Rewritten(first));
    assertThat(check(other, temporary)).isEqualTo(new StatementCheck.Held(other, 1));
  }

  @Test
  void whatWasFoldedHoldsOnlyAsFarAsTheSameKeyVouchesForIt() throws Exception {
    Compaction three = new Compaction(3, HALF);
    SignedHead early = sign(0, three, 1);
    SignedHead stranger =
        SignedHead.by(
            key(9), early.hash(), new dev.lockstep.journal.chain.RunningRoot(1, early.root()));
    for (int boot = 1; boot < 6; boot++) {
      SignedHead later = sign(boot, three, 1);
      assertThat(check(later, temporary)).isInstanceOf(StatementCheck.Held.class);
    }
    assertThat(check(early, temporary)).isInstanceOf(StatementCheck.Folded.class);
    assertThat(check(early, temporary).sentence()).contains("can't be told");
    assertThat(check(stranger, temporary)).isEqualTo(new StatementCheck.FoldedUnsigned(stranger));
  }
}
