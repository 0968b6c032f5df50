package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledWriterTest {
  private static final int KILLS = 5;

  @TempDir Path folder;

  @Test
  void everyAcknowledgedRecordOutlivesAKilledProcessAndTheNextOneNeverWaits() throws Exception {
    Path directory = folder.resolve("journal");
    Path scratch = folder.resolve("scratch");
    List<String> acknowledged = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      acknowledged.addAll(appendUntilKilled(directory, scratch, 5 + new Random().nextInt(40)));
      Scan scan = JournalReader.read(directory);
      assertThat(scan.firstDamage()).isEmpty();
      assertThat(scan.located().stream().map(KilledWriterTest::told)).containsAll(acknowledged);
    }
    long before = System.nanoTime();
    Journal.open(directory, scratch, UUID.randomUUID(), () -> 0).close();
    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
    Scan scan = JournalReader.read(directory);
    assertThat(scan.firstDamage()).isEmpty();
    assertThat(scan.lastGeneration()).isEqualTo(KILLS);
    assertThat(acknowledged).hasSizeGreaterThan(KILLS * 5);
  }

  @Test
  void aProcessKilledWhileItFoldsLosesNothingAndTakesNoMoreRoomThanAllowed() throws Exception {
    Path directory = folder.resolve("journal");
    Path scratch = folder.resolve("scratch");
    Journal.create(directory, scratch, UUID.randomUUID(), () -> 0).close();
    List<String> command =
        AppendingProcess.command(
            BootingProcess.class, directory.toString(), scratch.toString(), "1000000");
    Random random = new Random();
    for (int kill = 0; kill < 12; kill++) {
      List<String> acknowledged = runUntilKilled(command, 3 + random.nextInt(8), random);
      Scan scan = JournalReader.read(directory);
      assertThat(Compaction.isExplained(scan)).as("%s", scan.findings()).isTrue();
      long last = Long.parseLong(acknowledged.getLast());
      assertThat(scan.records())
          .filteredOn(record -> record.type().equals("count"))
          .last()
          .satisfies(
              record ->
                  assertThat(Long.parseLong(record.payload().text())).isGreaterThanOrEqualTo(last));
      assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(3);
    }
    Journal.open(directory, scratch, UUID.randomUUID(), () -> 0, CompactionTest.THREE).close();
    assertThat(JournalReader.files(directory)).hasSizeLessThanOrEqualTo(3);
    assertThat(JournalReader.read(directory).base()).isPresent();
  }

  private static String told(LocatedRecord record) {
    return record.sequence() + " " + record.hash();
  }

  private static List<String> appendUntilKilled(Path directory, Path scratch, int records)
      throws IOException, InterruptedException {
    return runUntilKilled(AppendingProcess.command(directory, scratch), records, null);
  }

  /** With a random number the kill comes some milliseconds after the last of the records. */
  private static List<String> runUntilKilled(List<String> command, int records, Random later)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() == records) {
          Thread.sleep(later == null ? 0 : later.nextInt(25));
          process.toHandle().destroyForcibly(); // SIGKILL, in the midst of the next append
        }
      }
    }
    process.waitFor();
    return lines;
  }
}
