package dev.lockstep.simulator.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ModelDiskTest {

  private final List<String> moments = new ArrayList<>();
  private final ModelDisk disk = new ModelDisk(Domain.ROOT, DiskImage.BLANK, moments::add);

  private static Sector sector(String text) {
    return Sector.of(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aReadSeesWhatIsNotYetOnTheMedium() {
    disk.write(3, sector("new"));

    assertThat(disk.sector(3)).isEqualTo(sector("new"));
    assertThat(disk.durable().sector(3)).isEqualTo(Sector.BLANK);
  }

  @Test
  void aFlushAsksThePowerFirstAndThenMakesAllOfItDurable() {
    disk.write(0, sector("a"));
    disk.write(5, sector("b"));
    disk.flush();

    assertThat(moments).containsExactly("the flush of ROOT");
    assertThat(disk.durable().sector(0)).isEqualTo(sector("a"));
    assertThat(disk.durable().sector(5)).isEqualTo(sector("b"));
    assertThat(disk.pending()).isEmpty();
  }

  @Test
  void aCutInTheFlushLeavesTheMediumAsItWas() {
    Power cut =
        before -> {
          throw new PowerCut(before);
        };
    ModelDisk cutDisk = new ModelDisk(Domain.ROOT, DiskImage.BLANK, cut);
    cutDisk.write(0, sector("a"));

    assertThatThrownBy(cutDisk::flush).isInstanceOf(PowerCut.class);
    assertThat(cutDisk.durable().sector(0)).isEqualTo(Sector.BLANK);
  }

  @Test
  void aWriteOfSeveralSectorsIsPendingSectorBySector() {
    disk.write(2, (" ".repeat(Sector.BYTES) + "tail").getBytes(StandardCharsets.US_ASCII));

    assertThat(disk.pending()).extracting(PendingWrite::sector).containsExactly(2, 3);
  }

  @Test
  void writingWhatIsThereAlreadyAddsNothingThatACutCouldShow() {
    disk.write(0, sector("a"));
    disk.write(0, sector("a"));

    assertThat(disk.pending()).hasSize(1);
  }

  @Test
  void ofTwoWritesToOneSectorTheLaterThatArrivesWins() {
    disk.write(0, sector("first"));
    disk.write(0, sector("second"));
    List<PendingWrite> pending = disk.pending();

    assertThat(DiskImage.BLANK.with(pending).sector(0)).isEqualTo(sector("second"));
    assertThat(DiskImage.BLANK.with(pending.subList(0, 1)).sector(0)).isEqualTo(sector("first"));
  }

  @Property
  void theFingerprintKeptUpToDateIsTheOneOfTheContent(
      @ForAll @Size(max = 30) List<@IntRange(max = 99) Integer> writes) {
    DiskImage step = DiskImage.BLANK;
    List<PendingWrite> all = new ArrayList<>();
    for (int write : writes) {
      PendingWrite pending =
          new PendingWrite(
              Domain.BOOT, write % 10, write / 10 == 0 ? Sector.BLANK : sector("" + write / 10));
      all.add(pending);
      step = step.with(List.of(pending));
    }

    assertThat(step.fingerprint()).isEqualTo(DiskImage.BLANK.with(all).fingerprint());
    DiskImage rewritten = step;
    DiskImage copy = DiskImage.BLANK;
    for (int index = 0; index < rewritten.length(); index++) {
      copy = copy.with(List.of(new PendingWrite(Domain.BOOT, index, rewritten.sector(index))));
    }
    assertThat(copy.fingerprint()).isEqualTo(step.fingerprint());
  }

  @Test
  void sectorsThatDifferInOneBitOrInTheirPlaceHaveOtherFingerprints() {
    DiskImage one = DiskImage.BLANK.with(List.of(new PendingWrite(Domain.ROOT, 0, sector("a"))));
    DiskImage bit = DiskImage.BLANK.with(List.of(new PendingWrite(Domain.ROOT, 0, sector("c"))));
    DiskImage place = DiskImage.BLANK.with(List.of(new PendingWrite(Domain.ROOT, 1, sector("a"))));

    assertThat(List.of(one.fingerprint(), bit.fingerprint(), place.fingerprint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void aKeyInTheClearIsRecognisedWhereverItLies() {
    disk.write(7, Sector.of(Marks.secret("recovery", 4)));
    disk.write(8, sector(Marks.header(5) + " " + Marks.key(1)));
    disk.flush();

    assertThat(disk.durable().marks()).isEqualTo(new Marks(1L << 5, 1L << 1, true));
  }
}
