package dev.lockstep.journal.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that a later Lockstep went on with, in a format that is not known here. */
class LaterFormatTest {
  private static final int SECTOR = 512;
  private static final int FORMAT = 8;

  @TempDir Path folder;
  private Path directory;
  private Path newest;
  private LocatedRecord first;

  @BeforeEach
  void writeTwoBoots() throws Exception {
    directory = JournalFixture.write(folder, 4, 2);
    newest = directory.resolve("gen001.cq4");
    first =
        JournalReader.read(directory).located().stream()
            .filter(record -> record.generation() == 1)
            .findFirst()
            .orElseThrow();
  }

  /** Of the newest generation; only the place of the field is a promise of every format. */
  private byte[] inFormat(int format) throws Exception {
    byte[] file = Files.readAllBytes(newest);
    for (LocatedRecord record : JournalReader.read(directory).located()) {
      if (record.generation() == 1) {
        ByteBuffer.wrap(file).putShort(record.byteOffset() + FORMAT, (short) format);
      }
    }
    return file;
  }

  @Test
  void itsRecordsAreNoTornTail() throws Exception {
    Files.write(newest, inFormat(2));

    Scan scan = JournalReader.read(directory);

    assertThat(scan.firstDamage())
        .hasValueSatisfying(
            damage -> {
              assertThat(damage).isInstanceOf(Finding.LaterFormat.class);
              assertThat(damage.place())
                  .contains(new Finding.Place(1, first.byteOffset(), first.sequence()));
              assertThat(damage.sentence())
                  .contains("a later Lockstep")
                  .contains("format version 2, and this program reads version 1");
            });
  }

  /** Torn headers of Chronicle's say so of whole records: of ours and of later ones. */
  @Test
  void norWhereTheirFrameSaysThatTheAppendNeverEnded() throws Exception {
    byte[] file = inFormat(2);
    file[first.byteOffset() - 1] |= (byte) 0x80;
    Files.write(newest, file);

    assertThat(JournalReader.read(directory).firstDamage())
        .containsInstanceOf(Finding.LaterFormat.class);
  }

  @Test
  void aJournalOfNothingElseIsNotAnEmptyOne() throws Exception {
    byte[] alone = Files.readAllBytes(directory.resolve("gen000.cq4"));
    for (LocatedRecord record : JournalReader.read(directory).located()) {
      if (record.generation() == 0) {
        ByteBuffer.wrap(alone).putShort(record.byteOffset() + FORMAT, (short) 3);
      }
    }
    Files.write(directory.resolve("gen000.cq4"), alone);
    Files.delete(newest);

    assertThat(JournalReader.read(directory).firstDamage())
        .containsInstanceOf(Finding.LaterFormat.class);
  }

  @Test
  void nothingIsAppendedBehindThem() throws Exception {
    Files.write(newest, inFormat(2));

    assertThatThrownBy(
            () ->
                Journal.open(directory, folder.resolve("scratch"), UUID.randomUUID(), () -> 9)
                    .close())
        .isInstanceOf(JournalFailed.class)
        .hasMessageContaining("a later Lockstep");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("gen000.cq4", "gen001.cq4");
    }
    assertThat(Files.readAllBytes(newest)).isEqualTo(inFormat(2));
  }

  /**
   * What a cut leaves of our own first record, sector by sector, is never taken for a later one.
   */
  @Test
  void noCutOfOursLooksLikeOne() throws Exception {
    byte[] whole = Files.readAllBytes(newest);
    int from = first.byteOffset() / SECTOR * SECTOR;
    int to = first.nextDocument();
    for (int lost = from; lost < to; lost += SECTOR) {
      byte[] torn = whole.clone();
      Arrays.fill(torn, Math.max(lost, 400), torn.length, (byte) 0);
      Files.write(newest, torn);
      assertThat(JournalReader.read(directory).findings())
          .noneMatch(finding -> finding instanceof Finding.LaterFormat);
    }
    byte[] split = whole.clone(); // the magic in one sector, the format in the next, which is zero
    Arrays.fill(split, first.byteOffset() + FORMAT, split.length, (byte) 0);
    Files.write(newest, split);
    assertThat(JournalReader.read(directory).findings())
        .noneMatch(finding -> finding instanceof Finding.LaterFormat);
  }
}
