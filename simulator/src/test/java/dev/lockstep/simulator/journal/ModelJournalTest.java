package dev.lockstep.simulator.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.simulator.disk.Sector;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelJournalTest {

  private static Event<Intent, Outcome> event(int number) {
    return new Event.BootStarted<>(new UUID(0, number), "test");
  }

  private ModelDisk on(DiskImage image) {
    return new ModelDisk(Domain.JOURNAL, image, Power.STEADY);
  }

  private JournalReading read(DiskImage image) {
    return JournalReading.NOTHING.extendedBy(image);
  }

  private DiskImage appended(DiskImage image, int... numbers) throws Exception {
    ModelDisk disk = on(image);
    ModelJournal journal = new ModelJournal(JournalLevel.RECORDS, disk, read(image));
    for (int number : numbers) {
      journal.append(event(number));
    }
    return disk.durable();
  }

  @Test
  void everyAcknowledgedRecordIsFoundByTheNextBoot() throws Exception {
    DiskImage image = appended(appended(DiskImage.BLANK, 1, 2), 3);

    assertThat(read(image).events()).containsExactly(event(1), event(2), event(3));
  }

  @Test
  void anAppendThatWasCutIsThereInFullOrNotAtAllAndTheNextBootGoesOnBehindIt() throws Exception {
    DiskImage before = appended(DiskImage.BLANK, 1);
    ModelDisk disk = on(before);
    new ModelJournal(JournalLevel.RECORDS, disk, read(before)).appendUnflushed(event(2));
    List<PendingWrite> pending = disk.pending();

    new CrashSubsets(10)
        .of(
            pending.size(),
            kept -> {
              boolean whole = kept.cardinality() == pending.size();
              DiskImage cut = disk.durable().with(kept.stream().mapToObj(pending::get).toList());
              assertThat(read(cut).events()).hasSize(whole ? 2 : 1);
              assertThat(read(appendedUnchecked(cut)).events().last()).isEqualTo(event(9));
              assertThat(read(appendedUnchecked(cut)).events()).hasSize(whole ? 3 : 2);
            });
  }

  private DiskImage appendedUnchecked(DiskImage image) {
    try {
      return appended(image, 9);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRecordBehindADamagedOneDoesNotCountAndTheBootIsRefused() throws Exception {
    DiskImage whole = appended(DiskImage.BLANK, 1, 2, 3, 4, 5, 6);
    DiskImage damaged = whole.with(List.of(new PendingWrite(Domain.JOURNAL, 2, Sector.BLANK)));
    ModelJournal journal = new ModelJournal(JournalLevel.RECORDS, on(damaged), read(damaged));

    assertThat(read(damaged).events()).hasSizeLessThan(6);
    assertThatThrownBy(journal::past)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void readingOnFindsWhatTheJournalsOwnScannerFinds() throws Exception {
    DiskImage image = DiskImage.BLANK;
    for (int boot = 0; boot < 4; boot++) {
      image = appended(image, 10 * boot, 10 * boot + 1);
      image = image.with(List.of(tornBehind(image)));
      assertThat(JournalScans.of(image).events()).containsExactlyElementsOf(read(image).events());
      assertThat(JournalScans.of(image).damage()).isEmpty();
    }
    assertThat(read(image).events()).hasSize(8);
  }

  /** The second sector of a record whose first one never arrived. */
  private static PendingWrite tornBehind(DiskImage image) {
    return new PendingWrite(
        Domain.JOURNAL, image.length() + 1, Sector.of("half a record".getBytes(US_ASCII)));
  }

  @Test
  void readingOnFromWhereOneStoppedGivesTheSameAsReadingAll() throws Exception {
    DiskImage first = appended(DiskImage.BLANK, 1, 2);
    DiskImage second = appended(first, 3, 4);

    assertThat(read(first).extendedBy(second)).isEqualTo(read(second));
  }
}
