package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cut loses nothing that was flushed, and of the rest it may lose anything. */
class CutImageTest {

  private static final int SECTORS = 16;
  private static final int FLUSHED = 1;
  private static final int FORCED = 2;
  private static final int LOOSE = 3;
  private static final int LATER = 4;

  @TempDir Path folder;
  private WriteLog log;

  @BeforeEach
  void record() throws IOException {
    log =
        new LogFile()
            .write(0, 4, FLUSHED)
            .flush()
            .write(4, 1, FORCED, LogFile.FORCED)
            .write(5, 3, LOOSE)
            .write(8, 3, LOOSE)
            .flush()
            .write(12, 4, LATER)
            .in(folder);
  }

  private byte[] made(CutImage cut) throws IOException {
    Path disk = Files.write(folder.resolve("disk"), new byte[SECTORS * WriteLog.SECTOR_BYTES]);
    try (FileChannel data = log.open();
        FileChannel target = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      CutImage.flush(log, 0, cut.durable(), data, target);
      cut.apply(log, data, target);
    }
    return Files.readAllBytes(disk);
  }

  private static int at(byte[] disk, int sector) {
    int filling = disk[sector * WriteLog.SECTOR_BYTES];
    for (int at = 0; at < WriteLog.SECTOR_BYTES; at++) {
      assertThat(disk[sector * WriteLog.SECTOR_BYTES + at])
          .as("a sector is whole")
          .isEqualTo((byte) filling);
    }
    return filling;
  }

  @Test
  void whatWasFlushedOrForcedIsThereAndTheRestMayBe() throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    for (long seed = 0; seed < 300; seed++) {
      for (CutImage cut : CutImage.plan(log, 7, seed)) {
        byte[] disk = made(cut);
        if (cut.position() >= 2) {
          assertThat(at(disk, 3)).isEqualTo(FLUSHED);
        }
        if (cut.position() >= 3) {
          assertThat(at(disk, 4)).isEqualTo(FORCED);
        }
        if (cut.position() >= 6) {
          assertThat(List.of(at(disk, 5), at(disk, 10))).containsOnly(LOOSE);
        }
        if (cut.position() < 7) {
          assertThat(at(disk, 12)).as("not written yet").isZero();
        }
        if (cut.position() == 5) {
          seen.add(List.of(at(disk, 5), at(disk, 7), at(disk, 8), at(disk, 10)));
        }
      }
    }
    assertThat(seen)
        .as("none, all, one of the two, either torn")
        .contains(
            List.of(0, 0, 0, 0),
            List.of(LOOSE, LOOSE, LOOSE, LOOSE),
            List.of(LOOSE, LOOSE, 0, 0),
            List.of(0, 0, LOOSE, LOOSE),
            List.of(LOOSE, LOOSE, LOOSE, 0),
            List.of(LOOSE, 0, 0, 0));
  }

  @Test
  void aPlanIsTheSeedsOwnAndGoesThroughTheWholeLog() {
    List<CutImage> plan = CutImage.plan(log, 7, 5);
    assertThat(plan).isEqualTo(CutImage.plan(log, 7, 5)).isNotEqualTo(CutImage.plan(log, 7, 6));
    assertThat(plan).extracting(CutImage::position).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(CutImage.plan(log, 3, 5)).isSortedAccordingTo((a, b) -> a.position() - b.position());
    assertThat(CutImage.plan(log, 50, 5)).hasSize(50).allMatch(cut -> cut.position() <= 7);
  }

  @Test
  void whatWasDiscardedReadsAsZerosInLargePieces() throws IOException {
    int sectors = 3000;
    log =
        new LogFile()
            .write(0, sectors, 9)
            .write(0, sectors - 1, 0, LogFile.DISCARD)
            .flush()
            .in(folder);
    byte[] disk = made(CutImage.plan(log, 3, 1).getLast());
    assertThat(disk).hasSize(sectors * WriteLog.SECTOR_BYTES);
    assertThat(at(disk, 0)).isZero();
    assertThat(at(disk, sectors - 2)).isZero();
    assertThat(at(disk, sectors - 1)).isEqualTo(9);
  }
}
