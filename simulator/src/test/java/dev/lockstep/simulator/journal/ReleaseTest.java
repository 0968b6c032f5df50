package dev.lockstep.simulator.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.ModelDisk;
import dev.lockstep.simulator.disk.Power;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.TpmTries;
import dev.lockstep.statemachine.machine.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What each release makes of a journal that the others wrote to. */
class ReleaseTest {
  private static final Event<Intent, Outcome> UNTOLD =
      new Event.Completed<>(new Outcome.KeysProven());
  private static final Event<Intent, Outcome> TOLD =
      new Event.Completed<>(new Outcome.KeysProven(new TpmTries(0, 0, 10)));
  private static final Event<Intent, Outcome> CONVERTED =
      new Event.Completed<>(new Outcome.Converted(48 * 512));

  private static DiskImage after(DiskImage image, Release release, Event<Intent, Outcome> event)
      throws Exception {
    ModelDisk disk = new ModelDisk(Domain.JOURNAL, image, Power.STEADY);
    JournalReading found = JournalReading.NOTHING.extendedBy(image);
    new ModelJournal(release, JournalLevel.RECORDS, disk, found).append(event);
    return disk.durable();
  }

  @Test
  void todaysReadsTheFirstOnesRecordsAndTheFirstOnePassesOverWhatItDoesNotKnow() throws Exception {
    DiskImage first = after(DiskImage.BLANK, Release.FIRST, UNTOLD);
    DiskImage both = after(first, Release.PRESENT, TOLD);

    assertThat(JournalScans.of(both, Release.PRESENT).sound()).isEqualTo(List.of(UNTOLD, TOLD));
    assertThat(JournalScans.of(both, Release.FIRST).sound()).isEqualTo(List.of(UNTOLD, UNTOLD));
  }

  @Test
  void whatTheNextOneWritesInALaterVersionOnlyItReads() throws Exception {
    DiskImage earlier = after(DiskImage.BLANK, Release.PRESENT, CONVERTED);
    DiskImage all = after(earlier, Release.NEXT, CONVERTED);

    assertThat(JournalScans.of(all, Release.NEXT).sound()).isEqualTo(List.of(CONVERTED, CONVERTED));
    for (Release older : List.of(Release.PRESENT, Release.FIRST)) {
      assertThat(JournalScans.of(earlier, older).damage()).isEmpty();
      assertThat(JournalScans.of(all, older).damage().get()).contains("version 2 is newer");
    }
  }

  /** Or an exploration would take the two for one, and never see who refuses. */
  @Test
  void whatNotEveryReleaseReadsAlikeMakesTwoStatesOfTheSameFold() throws Exception {
    JournalReading today =
        JournalReading.NOTHING.extendedBy(after(DiskImage.BLANK, Release.PRESENT, CONVERTED));
    JournalReading later =
        JournalReading.NOTHING.extendedBy(after(DiskImage.BLANK, Release.NEXT, CONVERTED));

    assertThat(later.state()).isEqualTo(today.state());
    assertThat(later.fingerprint()).isNotEqualTo(today.fingerprint());
  }
}
