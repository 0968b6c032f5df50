package dev.lockstep.initrd.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.initrd.runner.JournalEvents;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Surroundings.DiskIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record reaches the system's log once, whatever came between; the notice goes when told. */
class RootReportTest {

  private static final Job JOB =
      new Job(
          new DiskIdentity("disk", "partition"),
          new Plain("ext4", "filesystem", 800, 10),
          100,
          1000,
          2000,
          List.of(7));

  private static final List<Outcome> TO_THE_LAST_STEP =
      List.of(
          new Outcome.TakenOver(JOB, new UUID(3, 4), true),
          new Outcome.GrowthSettled("left to the machine"),
          new Outcome.VolumeProven(),
          new Outcome.ConversionKeyRetired(),
          new Outcome.LeftoversRemoved(),
          new Outcome.JournalAnchored(Digest.of(new byte[1])),
          new Outcome.EntryWritten("os.conf", "os~encrypted.conf", Digest.of(new byte[2])));

  @TempDir Path folder;
  private Path journal;
  private RootReport report;
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void journalTheFirstBoot() throws IOException {
    journal = folder.resolve("boot/journal");
    report =
        new RootReport(folder.resolve("run/journal"), folder.resolve("log"), folder.resolve("etc"));
    append(TO_THE_LAST_STEP);
  }

  private void append(List<? extends Outcome> outcomes) throws IOException {
    Files.createDirectories(journal);
    try (JournalEvents<Intent, Outcome> events =
        new JournalEvents<>(
            "of the test",
            journal,
            folder.resolve("scratch"),
            new UUID(1, 2),
            new EventCodec<>(Family.FIRST_BOOT),
            new FirstBoot(),
            () -> {})) {
      for (Outcome outcome : outcomes) {
        events.append(new Event.Completed<>(outcome));
      }
    }
    JournalCopy.keep(journal, report.handed());
  }

  private void finish() throws IOException {
    append(List.of(new Outcome.EntryRetired("os.conf")));
  }

  private Stream<Long> sequences() {
    return log.stream()
        .map(entry -> entry.replaceFirst("(?s).*LOCKSTEP_SEQUENCE=(\\d+)\n.*", "$1"))
        .map(Long::valueOf);
  }

  @Test
  void everyRecordIsToldWithItsPhaseAndNumber() throws IOException {
    finish();
    report.make(log::add);
    assertThat(sequences()).startsWith(0L, 1L, 2L).isSorted().doesNotHaveDuplicates();
    assertThat(log)
        .allMatch(entry -> entry.startsWith("MESSAGE_ID=" + SystemLog.MESSAGE_ID + "\n"))
        .allMatch(entry -> entry.lines().count() == 9, "a field a line, nine of them")
        .anyMatch(entry -> entry.contains("LOCKSTEP_PHASE=VolumeProven\n"));
    assertThat(log.getLast()).contains("LOCKSTEP_PHASE=Complete\n", "os.conf is gone");
  }

  @Test
  void aReportThatWasCutGoesOnBehindWhatItTold() throws IOException {
    assertThatThrownBy(
            () ->
                report.make(
                    entry -> {
                      if (log.size() == 3) {
                        throw new IOException("power");
                      }
                      log.add(entry);
                    }))
        .hasMessage("power");
    report.make(log::add);
    finish();
    report.make(log::add);
    report.make(log::add);
    assertThat(sequences())
        .startsWith(0L, 1L, 2L, 3L, 4L)
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(TO_THE_LAST_STEP.size());
  }

  @Test
  void theNoticeIsThereOnceAllIsDoneAndUntilSomebodyAcknowledgesIt() throws IOException {
    Path issue = folder.resolve("etc/issue.d/lockstep.issue");
    Path motd = folder.resolve("etc/motd.d/lockstep");
    report.make(log::add);
    assertThat(issue).as("nothing is encrypted for good yet").doesNotExist();
    finish();
    report.make(log::add);
    assertThat(issue).content().contains("recovery key", "lockstep boot acknowledge");
    assertThat(motd).exists();
    report.acknowledge();
    report.make(log::add);
    assertThat(issue).doesNotExist();
    assertThat(motd).doesNotExist();
  }

  @Test
  void aBootWithoutAFirstBootIsToldNothing() throws IOException {
    new RootReport(folder.resolve("none"), folder.resolve("kept"), folder.resolve("etc"))
        .make(log::add);
    assertThat(log).isEmpty();
    assertThat(folder.resolve("kept")).doesNotExist();
    assertThat(folder.resolve("etc")).doesNotExist();
  }
}
