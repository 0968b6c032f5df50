package dev.lockstep.journal.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.chain.GenerationOpened;
import dev.lockstep.journal.chain.Tail;
import dev.lockstep.journal.generation.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same bytes can be a known cut or damage: what other records say decides it. */
class CutOrDamageTest {
  @TempDir Path folder;
  private Path directory;
  private Path newest;
  private LocatedRecord last;

  @BeforeEach
  void writeTwoBoots() throws Exception {
    directory = JournalFixture.write(folder, 4, 4);
    newest = directory.resolve("gen001.cq4");
    last = JournalReader.read(directory).located().getLast();
  }

  private void flip(Path file, int offset, int mask) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= (byte) mask;
    Files.write(file, bytes);
  }

  private Journal nextBoot() throws Exception {
    return Journal.open(directory, folder.resolve("scratch"), UUID.randomUUID(), () -> 9);
  }

  @Test
  void aBadLastRecordIsSuspectUntilTheNextBootAccountsForIt() throws Exception {
    flip(newest, last.byteOffset() + 100, 1);
    Scan suspect = JournalReader.read(directory);
    assertThat(suspect.firstDamage()).containsInstanceOf(Finding.TornOrDamaged.class);
    assertThat(suspect.firstDamage().get().sentence())
        .contains("record 9")
        .contains("torn or damaged");
    try (Journal journal = nextBoot()) {
      assertThat(journal.nextSequence()).isEqualTo(10);
    }
    Scan accounted = JournalReader.read(directory);
    assertThat(accounted.isSound()).isTrue();
    assertThat(accounted.findings())
        .containsExactly(new Finding.TornTail(new Finding.Place(1, last.byteOffset(), 9)));
    assertThat(GenerationOpened.read(accounted.records().getLast()).orElseThrow().tails())
        .containsExactly(new Tail(1, Tail.State.TORN, last.byteOffset() - 4));
  }

  /** The file was all zero before: nothing but its own appends can put a record there. */
  @Test
  void noCutPutsAnyWholeRecordFurtherOn() throws Exception {
    byte[] older = Files.readAllBytes(directory.resolve("gen000.cq4"));
    byte[] bytes = Files.readAllBytes(newest);
    LocatedRecord another = JournalReader.read(directory).located().get(2);
    for (LocatedRecord copied : List.of(another, last)) {
      byte[] mixed = bytes.clone();
      byte[] from = copied.generation() == 0 ? older : bytes;
      System.arraycopy(
          from, copied.byteOffset() - 4, mixed, 40_000, copied.encoded().lengthBytes() + 4);
      mixed[last.nextDocument() + 3] = (byte) 0x80; // as if an append were under way
      mixed[last.nextDocument() + 8] = 1;
      Files.write(newest, mixed);
      assertThat(JournalReader.read(directory).firstDamage())
          .as("record %d of generation %d", copied.sequence(), copied.generation())
          .containsInstanceOf(Finding.Damaged.class);
    }
  }

  @Test
  void anAppendThatNeverEndedIsANotedCutAtOnce() throws Exception {
    flip(newest, last.byteOffset() + 100, 1);
    flip(newest, last.byteOffset() - 1, 0x80);
    Scan scan = JournalReader.read(directory);
    assertThat(scan.isSound()).isTrue();
    assertThat(scan.findings())
        .containsExactly(new Finding.TornTail(new Finding.Place(1, last.byteOffset(), 9)));
  }

  @Test
  void aTornTailIsAccountedForAcrossABootThatWroteNothing() throws Exception {
    flip(newest, last.byteOffset() + 100, 1);
    Files.write(directory.resolve("gen002.cq4"), new byte[8192]);
    nextBoot().close();
    Scan scan = JournalReader.read(directory);
    assertThat(scan.isSound()).isTrue();
    assertThat(GenerationOpened.read(scan.records().getLast()).orElseThrow().tails())
        .extracting(Tail::state)
        .containsExactly(Tail.State.TORN, Tail.State.EMPTY);
  }

  @Test
  void theLastRecordOfAnOlderBootThatALaterOneHadReadIsDamaged() throws Exception {
    LocatedRecord fifth = JournalReader.read(directory).located().get(4);
    flip(directory.resolve("gen000.cq4"), fifth.byteOffset() + 100, 1);
    flip(directory.resolve("gen000.cq4"), fifth.byteOffset() - 1, 0x80);
    assertThat(JournalReader.read(directory).firstDamage())
        .hasValueSatisfying(
            damage -> {
              assertThat(damage).isInstanceOf(Finding.Damaged.class);
              assertThat(damage.place()).contains(new Finding.Place(0, fifth.byteOffset(), 4));
            });
  }

  @Test
  void damageStaysReportedThroughAllLaterBootsAndNothingIsRepaired() throws Exception {
    LocatedRecord seventh = JournalReader.read(directory).located().get(6);
    flip(newest, seventh.byteOffset() + 100, 1);
    byte[] before = Files.readAllBytes(newest);
    try (Journal journal = nextBoot()) {
      assertThat(journal.past()).hasSize(6);
      assertThat(journal.scan().isSound()).isFalse();
      JournalFixture.append(journal, 5);
    }
    nextBoot().close();
    Scan scan = JournalReader.read(directory);
    assertThat(scan.findings())
        .hasSize(1)
        .hasOnlyElementsOfType(Finding.Damaged.class)
        .allMatch(Finding::isDamage);
    assertThat(scan.located()).hasSize(9);
    assertThat(Files.readAllBytes(newest)).isEqualTo(before);
    assertThat(GenerationOpened.read(scan.records().get(6)).orElseThrow().tails())
        .extracting(Tail::state)
        .containsExactly(Tail.State.DAMAGED);
  }

  @Test
  void aFileOfSomebodyElseIsNotedAndALinkIsNeverFollowed() throws Exception {
    Files.writeString(directory.resolve("notes.txt"), "x");
    Files.move(newest, folder.resolve("elsewhere.cq4"));
    Files.createSymbolicLink(newest, folder.resolve("elsewhere.cq4"));
    Scan scan = JournalReader.read(directory);
    assertThat(scan.findings())
        .isEqualTo(
            List.of(new Finding.NotAPlainFile("gen001.cq4"), new Finding.ForeignFile("notes.txt")));
    assertThat(scan.located()).hasSize(5);
    try (Journal journal = nextBoot()) {
      assertThat(journal.generation()).isEqualTo(2);
    }
  }

  @Test
  void aJournalWipedToNothingIsNotSound() throws Exception {
    Files.delete(newest);
    Files.write(directory.resolve("gen000.cq4"), new byte[GenerationLayout.FILE_BYTES]);
    assertThat(JournalReader.read(directory).firstDamage()).contains(new Finding.NoRecord());
  }
}
