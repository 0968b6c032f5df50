package dev.lockstep.journal.scan;

import static dev.lockstep.journal.JournalFixture.scan;
import static dev.lockstep.journal.JournalFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A journal of 30 records in three boots, damaged in every way a disk or a hand can; each is found,
 * and the right record named.
 */
class DamageTest {
  @TempDir static Path folder;
  private static List<byte[]> files;
  private static Scan whole;

  @BeforeAll
  static void writeAJournal() throws Exception {
    files = JournalFixture.bytes(JournalFixture.write(folder, 11, 9, 7));
    whole = scan(files);
    assertThat(whole.findings()).isEmpty();
    assertThat(whole.located()).hasSize(30);
  }

  @Test
  void aFlippedByteAnywhereInARecordIsFoundAndTheRecordNamed() {
    for (LocatedRecord target :
        List.of(whole.located().get(14), whole.located().get(12), whole.located().getLast())) {
      for (int at = 0; at < target.encoded().lengthBytes(); at++) {
        assertNamed(target, flipped(target, at, 0xff));
      }
    }
  }

  @Test
  void aFlippedBitInAnyRecordIsFoundAndTheRecordNamed() {
    Random random = new Random(1);
    for (LocatedRecord target : whole.located()) {
      for (int round = 0; round < 20; round++) {
        int at = random.nextInt(target.encoded().lengthBytes());
        assertNamed(target, flipped(target, at, 1 << random.nextInt(8)));
      }
    }
  }

  private static List<byte[]> flipped(LocatedRecord target, int at, int mask) {
    byte[] file = files.get(target.generation()).clone();
    file[target.byteOffset() + at] ^= (byte) mask;
    return with(files, target.generation(), file);
  }

  private static void assertNamed(LocatedRecord target, List<byte[]> damaged) {
    Scan scan = scan(damaged);
    assertThat(scan.firstDamage()).isPresent();
    Finding.Place place = scan.firstDamage().get().place().orElseThrow();
    assertThat(place)
        .isEqualTo(new Finding.Place(target.generation(), target.byteOffset(), target.sequence()));
    assertThat(scan.located()).isEqualTo(whole.located().subList(0, (int) target.sequence()));
    assertThat(scan.firstDamage().get().sentence())
        .contains("record " + target.sequence())
        .contains(GenerationLayout.fileName(target.generation()))
        .contains("byte " + target.byteOffset());
  }

  @Test
  void aFileCutShortAnywhereIsFoundAndTheRecordsBeforeTheCutStay() {
    for (int generation = 0; generation < files.size(); generation++) {
      byte[] file = files.get(generation);
      for (int length = 64; length < file.length; length += length < 8192 ? 64 : 8192) {
        Scan scan = scan(with(files, generation, Arrays.copyOf(file, length)));
        assertThat(scan.isSound()).as("gen%03d cut to %d", generation, length).isFalse();
        assertPrefixUpTo(scan, generation, length);
      }
    }
  }

  private static void assertPrefixUpTo(Scan scan, int generation, int length) {
    for (LocatedRecord record : whole.located()) {
      boolean beforeTheCut =
          record.generation() < generation
              || (record.generation() == generation
                  && record.byteOffset() + record.encoded().lengthBytes() <= length);
      if (beforeTheCut) {
        assertThat(scan.located()).contains(record);
      } else if (record.generation() == generation) {
        assertThat(scan.located()).doesNotContain(record);
      }
    }
  }

  @Test
  void aZeroedSectorIsFoundAndNoRecordBeforeItIsLost() {
    for (int generation = 0; generation < files.size(); generation++) {
      int end = lastOf(generation).nextDocument();
      for (int sector = 0; sector < end; sector += 512) {
        byte[] file = files.get(generation).clone();
        Arrays.fill(file, sector, sector + 512, (byte) 0);
        Scan scan = scan(with(files, generation, file));
        assertPrefixUpTo(scan, generation, sector == 0 ? 400 : sector);
        boolean newestEndsBeforeIt =
            generation == files.size() - 1
                && scan.located().getLast().generation() == generation
                && isZeroBehind(file, scan.located().getLast());
        assertThat(scan.isSound())
            .as("gen%03d sector at %d", generation, sector)
            .isEqualTo(newestEndsBeforeIt);
      }
    }
  }

  /**
   * Whole records zeroed at the very end leave no trace in the file: that is what the anchor in the
   * LUKS2 header is for.
   */
  private static boolean isZeroBehind(byte[] file, LocatedRecord last) {
    return new GenerationBytes(0, file, file.length).isZeroFrom(last.nextDocument());
  }

  private static LocatedRecord lastOf(int generation) {
    return whole.located().stream()
        .filter(record -> record.generation() == generation)
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  @Test
  void aRecordTakenOutOrPutTwiceBreaksTheChain() {
    LocatedRecord fifth = whole.located().get(5);
    LocatedRecord sixth = whole.located().get(6);
    byte[] file = files.get(0).clone();
    int from = fifth.byteOffset() - 4;
    int removed = sixth.byteOffset() - 4 - from;
    System.arraycopy(
        file, from + removed, file, from, GenerationLayout.BLOCK_BYTES - from - removed);
    Scan scan = scan(with(files, 0, file));
    assertThat(scan.firstDamage())
        .contains(new Finding.SequenceGap(new Finding.Place(0, fifth.byteOffset(), 5), 6));
    assertThat(scan.located()).isEqualTo(whole.located().subList(0, 5));
    assertThat(scan.behind()).hasSize(24);
  }

  @Test
  void aGenerationTakenOutIsNamed() {
    Scan scan =
        JournalScanner.scan(
            List.of(
                new GenerationBytes(0, files.get(0), files.get(0).length),
                new GenerationBytes(2, files.get(2), files.get(2).length)),
            List.of());
    assertThat(scan.firstDamage()).contains(new Finding.MissingGeneration(1, 1));
    assertThat(scan.located()).isEqualTo(whole.located().subList(0, 12));
  }

  @Test
  void aGenerationCopiedOverAnotherIsNamed() {
    Scan scan = scan(with(files, 1, files.get(2)));
    assertThat(scan.firstDamage())
        .contains(new Finding.WrongGeneration(new Finding.Place(1, 404, 12), 2));
  }

  @Test
  void anotherJournalsGenerationBreaksTheChain(@TempDir Path other) throws Exception {
    List<byte[]> strange = JournalFixture.bytes(JournalFixture.write(other, 11, 3));
    Scan scan = scan(with(files, 0, strange.get(0)));
    assertThat(scan.isSound())
        .isTrue(); // same seed, same clock, same boot ids: the same bytes of records
    List<byte[]> longer = JournalFixture.bytes(JournalFixture.write(other.resolve("b"), 10, 3));
    assertThat(scan(with(files, 1, longer.get(1))).firstDamage())
        .contains(new Finding.SequenceGap(new Finding.Place(1, 404, 12), 11));
  }

  @Test
  void aChangedFrameAroundAWholeRecordIsNamedAndCostsNoRecord() {
    LocatedRecord target = whole.located().get(4);
    byte[] file = files.get(0).clone();
    file[target.byteOffset() - 4] ^= 4;
    Scan scan = scan(with(files, 0, file));
    assertThat(scan.findings())
        .containsExactly(new Finding.FrameDamaged(new Finding.Place(0, target.byteOffset(), 4)));
    assertThat(scan.located()).hasSize(30);
  }

  @Test
  void recordsBehindTheDamageAreShownAndNotTrusted() {
    LocatedRecord target = whole.located().get(3);
    Scan scan = scan(flipped(target, 60, 1));
    assertThat(scan.located()).hasSize(3);
    assertThat(scan.behind()).containsExactlyElementsOf(whole.located().subList(4, 30));
  }

  @Test
  void aFileFullOfMagicsIsReadInBoundedTime() {
    byte[] hostile = new byte[GenerationLayout.FILE_BYTES];
    byte[] magic = Arrays.copyOfRange(files.get(0), 404, 404 + 88);
    for (int at = 404; at + magic.length < hostile.length; at += magic.length) {
      System.arraycopy(magic, 0, hostile, at, magic.length);
      Arrays.fill(hostile, at + 12, at + 16, (byte) 0);
      hostile[at + 13] = 1; // a payload length of 64 KiB in each of them
    }
    long before = System.nanoTime();
    Scan scan = scan(List.of(hostile));
    assertThat(scan.isSound()).isFalse();
    assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
  }
}
