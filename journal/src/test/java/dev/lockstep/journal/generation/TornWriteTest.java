package dev.lockstep.journal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.Tries;
import dev.lockstep.journal.chain.Checkpoint;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes while one record is on its way: any {@link SectorMixture} of everything that was
 * written since the last force may be on the medium, Chronicle's header and index included. What
 * was acknowledged before is always there, the torn record is there whole or not at all, and what a
 * later boot appends is found again. {@code -Dlockstep.kills=full} tries 100,000 mixtures.
 */
class TornWriteTest {
  /** Of so many mixtures one is opened and appended to for real; the rest in memory. */
  private static final int FOR_REAL = 50;

  /** A generation's file before and after an append, and the sound generations before it. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Append(List<byte[]> older, byte[] before, byte[] after, int acknowledged) {}

  @TempDir static Path folder;

  private static final List<Append> APPENDS = new ArrayList<>();
  private static final List<Append> FOLDS = new ArrayList<>();
  private static List<LocatedRecord> all;
  private static List<LocatedRecord> beforeFold;

  @BeforeAll
  static void recordEachAppend() throws Exception {
    Path directory = folder.resolve("journal");
    Path scratch = folder.resolve("scratch");
    Random random = new Random(3);
    List<byte[]> older = new ArrayList<>();
    int acknowledged = 0;
    for (int boot = 0; boot < 2; boot++) {
      Path file = directory.resolve(GenerationLayout.fileName(boot));
      UUID id = UUID.randomUUID();
      byte[] before = new byte[GenerationLayout.FILE_BYTES];
      try (Journal journal =
          boot == 0
              ? Journal.create(directory, scratch, id, () -> 5)
              : Journal.open(directory, scratch, id, () -> 5)) {
        for (int record = 0; record < 20; record++) {
          if (record > 0) {
            JournalFixture.append(journal, random.nextInt(record == 10 ? 60_000 : 1200));
          }
          byte[] after = Files.readAllBytes(file);
          APPENDS.add(new Append(List.copyOf(older), before, after, acknowledged++));
          before = after;
        }
      }
      older.add(Files.readAllBytes(file));
    }
    all = JournalReader.read(directory).located();
    recordEachAppendOfAFold(directory, scratch, older);
  }

  /** Both parts of a checkpoint that takes two records, and what begins its generation. */
  private static void recordEachAppendOfAFold(Path directory, Path scratch, List<byte[]> older)
      throws Exception {
    beforeFold = all;
    Compaction three = new Compaction(3, Retention.EVERYTHING);
    Journal.open(directory, scratch, UUID.randomUUID(), () -> 5, three).close();
    byte[] folded = Files.readAllBytes(directory.resolve("gen002.cq4"));
    List<LocatedRecord> written =
        JournalReader.read(directory).located().stream()
            .filter(record -> record.generation() == 2)
            .toList();
    assertThat(written).hasSizeGreaterThanOrEqualTo(3);
    int durable = 0;
    for (int record = 0; record < written.size(); record++) {
      int end = written.get(record).nextDocument();
      FOLDS.add(new Append(older, upTo(folded, durable), upTo(folded, end), all.size() + record));
      durable = end;
    }
  }

  private static byte[] upTo(byte[] file, int end) {
    return Arrays.copyOf(Arrays.copyOf(file, end), file.length);
  }

  @Test
  @Timeout(value = 40, unit = TimeUnit.MINUTES)
  void whateverSectorsOfTheLastAppendReachTheMediumNothingAcknowledgedIsLost() throws Exception {
    for (int seed = 0; seed < Tries.of(600, 90_000); seed++) {
      Random random = new Random(seed);
      Append append = APPENDS.get(random.nextInt(APPENDS.size()));
      SectorMixture kind = SectorMixture.any(random);
      byte[] torn = kind.of(append.before(), append.after(), random);
      List<byte[]> files = with(append.older(), torn);
      Scan scan = JournalFixture.scan(files);
      String what = "seed %d, %s of record %d".formatted(seed, kind, append.acknowledged());
      assertThat(scan.located().size())
          .as(what)
          .isBetween(append.acknowledged(), append.acknowledged() + 1);
      assertThat(scan.located().stream().map(LocatedRecord::encoded).toList())
          .as(what)
          .isEqualTo(
              all.stream().limit(scan.located().size()).map(LocatedRecord::encoded).toList());
      assertThat(Compaction.isExplained(scan)).as("%s: %s", what, scan.findings()).isTrue();
      aLaterAppendIsFound(files, scan, what);
      if (seed % FOR_REAL == 0) {
        theNextBootGoesOn(files, scan, what);
      }
    }
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void whateverSectorsOfAFoldReachTheMediumNothingAcknowledgedIsLost() throws Exception {
    int whole = 0;
    for (int seed = 0; seed < Tries.of(300, 10_000); seed++) {
      Random random = new Random(seed);
      Append append = FOLDS.get(random.nextInt(FOLDS.size()));
      SectorMixture kind = SectorMixture.any(random);
      List<byte[]> files = with(append.older(), kind.of(append.before(), append.after(), random));
      Scan scan = JournalFixture.scan(files);
      String what = "seed %d, %s of record %d".formatted(seed, kind, append.acknowledged());
      assertThat(Compaction.isExplained(scan)).as("%s: %s", what, scan.findings()).isTrue();
      assertThat(events(scan)).as(what).isEqualTo(events(beforeFold));
      whole += scan.base().isPresent() ? 1 : 0;
      aLaterAppendIsFound(files, scan, what);
      if (seed % FOR_REAL == 0) {
        theNextBootGoesOn(files, scan, what);
      }
    }
    assertThat(whole).as("some are whole, some are cut").isPositive();
    assertThat(whole).isLessThan(Tries.of(300, 10_000));
  }

  private static List<byte[]> with(List<byte[]> older, byte[] torn) {
    List<byte[]> files = new ArrayList<>(older);
    files.add(torn);
    return files;
  }

  /** In a file as the next boot writes it, without Chronicle and without a disk. */
  private static void aLaterAppendIsFound(List<byte[]> files, Scan before, String what) {
    GenerationOpened opened =
        new GenerationOpened(before.head().lastSequence(), before.head().hash(), before.tails(), 0);
    ByteBuffer file =
        ByteBuffer.allocate(GenerationLayout.FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.position(GenerationLayout.FIRST_DOCUMENT);
    byte[] record =
        RecordCodec.encode(
            new JournalRecord(
                files.size(),
                before.head().nextSequence(),
                new UUID(1, 2),
                5,
                GenerationOpened.TYPE,
                opened.typeVersion(),
                opened.payload(),
                before.head().hash()));
    file.putInt(record.length).put(record);
    Scan after = JournalFixture.scan(with(files, file.array()));
    assertThat(after.located()).as(what).hasSize(before.located().size() + 1);
    assertThat(after.firstDamage()).as(what).isEmpty();
  }

  private static void theNextBootGoesOn(List<byte[]> files, Scan before, String what)
      throws Exception {
    Path directory = Files.createTempDirectory(folder, "boot");
    for (int generation = 0; generation < files.size(); generation++) {
      Files.write(directory.resolve(GenerationLayout.fileName(generation)), files.get(generation));
    }
    try (Journal journal =
        Journal.open(directory, folder.resolve("scratch"), UUID.randomUUID(), () -> 6)) {
      assertThat(journal.past()).as(what).isEqualTo(before.records());
      JournalFixture.append(journal, 10);
    }
    Scan after = JournalReader.read(directory);
    assertThat(after.firstDamage()).as(what).isEmpty();
    assertThat(after.located()).as(what).hasSize(before.located().size() + 2);
    for (Path file : JournalReader.files(directory)) {
      Files.delete(file);
    }
    Files.delete(directory);
  }

  private static List<JournalRecord> events(Scan scan) {
    return events(scan.located());
  }

  private static List<JournalRecord> events(List<LocatedRecord> records) {
    return records.stream()
        .map(LocatedRecord::record)
        .filter(record -> !Checkpoint.isReserved(record.type()))
        .toList();
  }
}
