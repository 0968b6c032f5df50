package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.lockstep.journal.record.JournalRecord;
import dev.lockstep.journal.record.Payload;
import dev.lockstep.journal.scan.Finding;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.chronicle.core.Jvm;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path temporary;
  private Path directory;
  private Path scratch;

  @BeforeEach
  void folders() {
    directory = temporary.resolve("journal");
    scratch = temporary.resolve("scratch");
  }

  @Test
  void twoBootsMakeTwoGenerationsAndOneChain() throws Exception {
    List<JournalRecord> written = new ArrayList<>();
    try (Journal first = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      assertThat(first.past()).isEmpty();
      written.add(append(first, "a"));
      written.add(append(first, "b"));
    }
    try (Journal second = Journal.open(directory, scratch, UUID.randomUUID(), () -> 2)) {
      assertThat(second.generation()).isEqualTo(1);
      assertThat(second.past()).containsSubsequence(written).hasSize(3);
      assertThat(second.nextSequence()).isEqualTo(4);
      written.add(append(second, "c"));
    }
    Scan scan = JournalReader.read(directory);
    assertThat(scan.findings()).isEmpty();
    assertThat(scan.records()).containsSubsequence(written).hasSize(5);
    assertThat(scan.records().stream().map(JournalRecord::sequence))
        .containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void anAppendedRecordIsThereForAReaderBeforeTheJournalIsClosed() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      JournalRecord record = append(journal, "a");
      assertThat(JournalReader.read(directory).records().getLast()).isEqualTo(record);
      assertThat(JournalReader.read(directory).head().hash()).isEqualTo(journal.headHash());
    }
  }

  @Test
  void aClosedJournalLeavesNoFileMappedSoThatARemovedOneGivesBackItsRoomAtOnce() throws Exception {
    Journal.create(directory, scratch, UUID.randomUUID(), () -> 1).close();
    for (int boot = 1; boot < 100; boot++) {
      Journal.open(directory, scratch, UUID.randomUUID(), () -> 1).close();
      assertThat(Files.readString(Path.of("/proc/self/maps")))
          .doesNotContain(directory.toRealPath() + "/");
    }
  }

  @Test
  void aClockThatStandsStillOrGoesBackChangesNothing() throws Exception {
    AtomicLong clock = new AtomicLong(1_000_000_000_000L);
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), clock::get)) {
      append(journal, "now");
      clock.set(-5);
      append(journal, "long ago");
      clock.set(4_000_000_000_000L);
      append(journal, "far ahead");
    }
    clock.set(0);
    Journal.open(directory, scratch, UUID.randomUUID(), clock::get).close();
    Scan scan = JournalReader.read(directory);
    assertThat(scan.findings()).isEmpty();
    assertThat(scan.records().stream().map(JournalRecord::timeMillis))
        .containsExactly(1_000_000_000_000L, 1_000_000_000_000L, -5L, 4_000_000_000_000L, 0L);
  }

  @Test
  void aFullGenerationSaysSoBeforeItWritesAndStillTakesASmallerRecord() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      byte[] large = new byte[Payload.MAX_BYTES];
      int appended = 0;
      while (journal.hasRoomFor("large".length(), large.length)) {
        journal.append("large", 1, large);
        appended++;
      }
      assertThat(appended).isEqualTo(7);
      assertThatThrownBy(() -> journal.append("large", 1, large))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.GENERATION_FULL);
      int rest = 0;
      while (journal.hasRoomFor(1, 0)) {
        journal.append("x", 1, new byte[0]);
        rest++;
      }
      assertThat(rest).isGreaterThan(10);
      assertThat(JournalReader.read(directory).records()).hasSize(1 + appended + rest);
    }
    Path file = directory.resolve("gen000.cq4");
    assertThat(file).hasSize(GenerationLayout.FILE_BYTES);
    Journal.open(directory, scratch, UUID.randomUUID(), () -> 1).close();
    assertThat(JournalReader.read(directory).findings()).isEmpty();
  }

  @Test
  void aSecondWriterIsRefusedAtOnceAndWritesNothing() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      assertThatThrownBy(() -> Journal.open(directory, scratch, UUID.randomUUID(), () -> 1))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.IN_USE);
      append(journal, "still writing");
      assertThat(JournalReader.read(directory).lastGeneration()).isZero();
    }
  }

  @Test
  void aBootThatWasCutBeforeItsFirstRecordIsNotedAndPassedBy() throws Exception {
    Journal.create(directory, scratch, UUID.randomUUID(), () -> 1).close();
    Files.write(directory.resolve("gen001.cq4"), new byte[0]);
    Files.write(directory.resolve("gen002.cq4"), new byte[12288]);
    try (Journal journal = Journal.open(directory, scratch, UUID.randomUUID(), () -> 1)) {
      assertThat(journal.generation()).isEqualTo(3);
    }
    Scan scan = JournalReader.read(directory);
    assertThat(scan.findings())
        .containsExactly(new Finding.EmptyGeneration(1), new Finding.EmptyGeneration(2));
    assertThat(scan.isSound()).isTrue();
    assertThat(scan.records()).hasSize(2);
  }

  @Test
  void anInstallCutBeforeItsFirstRecordIsTakenUpAndALivingJournalIsNotMadeAnew() throws Exception {
    Files.createDirectories(directory);
    Files.write(directory.resolve("gen000.cq4"), new byte[4096]);
    Journal.create(directory, scratch, UUID.randomUUID(), () -> 1).close();
    assertThatThrownBy(() -> Journal.create(directory, scratch, UUID.randomUUID(), () -> 1))
        .asInstanceOf(type(JournalFailed.class))
        .extracting(JournalFailed::reason)
        .isEqualTo(JournalFailed.Reason.WRONG_PLACE);
  }

  @Test
  void aFolderWithoutAJournalIsNotTakenForAnEmptyOne() throws Exception {
    Files.createDirectories(directory);
    assertThatThrownBy(() -> Journal.open(directory, scratch, UUID.randomUUID(), () -> 1))
        .asInstanceOf(type(JournalFailed.class))
        .extracting(JournalFailed::reason)
        .isEqualTo(JournalFailed.Reason.WRONG_PLACE);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void afterTheLastGenerationAPersonIsAskedAndNothingIsWritten() throws Exception {
    Journal.create(directory, scratch, UUID.randomUUID(), () -> 1).close();
    Files.write(directory.resolve("gen9999999.cq4"), new byte[0]);
    assertThatThrownBy(() -> Journal.open(directory, scratch, UUID.randomUUID(), () -> 1))
        .asInstanceOf(type(JournalFailed.class))
        .extracting(JournalFailed::reason)
        .isEqualTo(JournalFailed.Reason.TOO_MANY_GENERATIONS);
    assertThat(directory).isDirectoryNotContaining("glob:**gen10000000*");
  }

  @Test
  void aFaultThatChronicleOnlyReportsEndsTheWriter() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      Jvm.warn().on(JournalTest.class, "as Chronicle does when it falls back to read-only");
      assertThatThrownBy(() -> append(journal, "a"))
          .isInstanceOf(JournalFailed.class)
          .hasMessageContaining("falls back to read-only");
      assertThatThrownBy(() -> append(journal, "b"))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.ENDED);
    }
  }

  @Test
  void aFileThatChangedItsSizeEndsTheWriter() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      try (FileChannel channel =
          FileChannel.open(directory.resolve("gen000.cq4"), StandardOpenOption.WRITE)) {
        channel.truncate(GenerationLayout.FILE_BYTES - 4096);
      }
      assertThatThrownBy(() -> append(journal, "a"))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.MEDIUM);
    }
  }

  @Test
  void aMediumThatGivesBackOtherBytesEndsTheWriter() throws Exception {
    Path file = temporary.resolve("gen000.cq4");
    Path other = temporary.resolve("other");
    Medium.preallocate(file, GenerationLayout.FILE_BYTES);
    Medium.preallocate(other, GenerationLayout.FILE_BYTES);
    try (Scratch clean = Scratch.open(scratch);
        ChronicleGeneration writer = ChronicleGeneration.open(file, other, clean)) {
      assertThatThrownBy(() -> writer.append(new byte[] {1, 2, 3}))
          .isInstanceOf(JournalFailed.class)
          .hasMessageContaining("other bytes than were written");
      assertThatThrownBy(() -> writer.append(new byte[] {1, 2, 3}))
          .asInstanceOf(type(JournalFailed.class))
          .extracting(JournalFailed::reason)
          .isEqualTo(JournalFailed.Reason.ENDED);
    }
  }

  @Test
  void whatCannotBeRecordedIsRefusedBeforeAnythingIsWritten() throws Exception {
    try (Journal journal = Journal.create(directory, scratch, UUID.randomUUID(), () -> 1)) {
      assertThatThrownBy(() -> journal.append("Not a type", 1, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> journal.append("x", 0, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> journal.append("x", 1, new byte[Payload.MAX_BYTES + 1]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> journal.append("generation-opened", 1, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
      append(journal, "fine");
    }
    assertThat(JournalReader.read(directory).records()).hasSize(2);
  }

  private static JournalRecord append(Journal journal, String word) throws JournalFailed {
    return journal.append("test", 1, "{\"word\":\"%s\"}".formatted(word).getBytes(UTF_8));
  }
}
