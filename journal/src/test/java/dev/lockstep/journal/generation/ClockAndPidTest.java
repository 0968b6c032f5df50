package dev.lockstep.journal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.JournalFixture;
import dev.lockstep.journal.cli.JournalMain;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import dev.lockstep.journal.verify.PlainText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Neither the time nor a process number means anything to the journal. */
class ClockAndPidTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final long HUNDRED_YEARS = Duration.ofDays(36_525).toMillis();

  @TempDir Path folder;

  @Test
  void aClockThatIsUnsetGoesBackOrJumpsAheadChangesNothing() throws Exception {
    Path directory = folder.resolve("journal");
    List<Long> clocks =
        List.of(
            NOW,
            0L,
            NOW + HUNDRED_YEARS,
            NOW - 1,
            -HUNDRED_YEARS,
            NOW + HUNDRED_YEARS,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            NOW);
    for (int boot = 0; boot < clocks.size(); boot++) {
      long[] time = {clocks.get(boot)};
      try (Journal journal = boot(directory, boot == 0, () -> time[0])) {
        JournalFixture.append(journal, 10);
        time[0] = clocks.get((boot + 1) % clocks.size()); // and in the midst of a boot
        JournalFixture.append(journal, 10);
      }
    }
    Scan scan = JournalReader.read(directory);
    assertThat(scan.firstDamage()).isEmpty();
    assertThat(scan.records())
        .filteredOn(record -> record.type().equals("test-step"))
        .hasSize(2 * clocks.size())
        .extracting(record -> record.timeMillis())
        .contains(Long.MIN_VALUE, Long.MAX_VALUE, 0L);
    for (String form : List.of("text", "jsonl", "html", "cel")) {
      assertThat(
              JournalMain.commandLine(new PlainText())
                  .setOut(new PrintWriter(new StringWriter()))
                  .execute("show", "--format", form, directory.toString()))
          .as(form)
          .isZero();
    }
  }

  private Journal boot(Path directory, boolean first, LongSupplier clock) throws JournalFailed {
    return first
        ? Journal.create(directory, folder.resolve("scratch"), UUID.randomUUID(), clock)
        : Journal.open(directory, folder.resolve("scratch"), UUID.randomUUID(), clock);
  }

  /** Process numbers repeat from boot to boot; Chronicle would wait 15 seconds and then fail. */
  @Test
  @Timeout(30)
  void aLockThatADeadBootLeftUnderTheNumberOfALivingProcessIsNotWaitedFor() throws Exception {
    Path directory = folder.resolve("journal");
    Path left = folder.resolve("left");
    try (Journal journal = boot(directory, true, () -> 0)) {
      JournalFixture.append(journal, 10);
      try (Stream<Path> files = Files.walk(folder.resolve("scratch"))) {
        for (Path file : files.toList()) { // held by this very process, which lives
          Files.copy(
              file,
              left.resolve(folder.resolve("scratch").relativize(file).toString()),
              LinkOption.NOFOLLOW_LINKS);
        }
      }
    }
    assertThat(left.resolve("queue/metadata.cq4t")).isNotEmptyFile();
    long before = System.nanoTime();
    try (Journal journal = Journal.open(directory, left, UUID.randomUUID(), () -> 0)) {
      JournalFixture.append(journal, 10);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    assertThat(JournalReader.read(directory).isSound()).isTrue();
  }
}
