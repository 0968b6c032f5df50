package dev.lockstep.journal.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.journal.Tries;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.scan.Scan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at a random moment, of a process that appends and says so on a pipe. {@code
 * -Dlockstep.kills=full} kills 500 times instead of 25, and 250 times in the midst of folding
 * instead of 12; {@code -Dlockstep.kills.folder=DIR} does it on another filesystem.
 */
class KilledWriterTest {
  /** A journal takes so many killed boots; then another one begins. */
  private static final int KILLS_A_JOURNAL = 20;

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    String elsewhere = System.getProperty("lockstep.kills.folder");
    folder =
        elsewhere == null
            ? temporary
            : Files.createTempDirectory(Path.of(elsewhere), "killed-writer");
  }

  @Test
  void everyAcknowledgedRecordOutlivesAKilledProcessAndTheNextOneNeverWaits() throws Exception {
    Random random = new Random();
    int acknowledged = 0;
    for (int kill = 0; kill < Tries.of(25, 500); kill += KILLS_A_JOURNAL) {
      Path journal = Files.createDirectory(folder.resolve("from" + kill));
      int kills = Math.min(KILLS_A_JOURNAL, Tries.of(25, 500) - kill);
      acknowledged += killAgainAndAgain(journal, kills, random);
    }
    assertThat(acknowledged).isGreaterThan(Tries.of(25, 500) * 5);
  }

  private static int killAgainAndAgain(Path folder, int kills, Random random) throws Exception {
    Path directory = folder.resolve("journal");
    Path scratch = folder.resolve("scratch");
    List<String> command = AppendingProcess.command(directory, scratch);
    List<String> acknowledged = new ArrayList<>();
    for (int kill = 0; kill < kills; kill++) {
      acknowledged.addAll(runUntilKilled(command, 5 + random.nextInt(40), random));
      Scan scan = JournalReader.read(directory);
      // Where the page cache was not written back, the torn record is seen as it was left.
      assertThat(Compaction.isExplained(scan)).as("%s", scan.findings()).isTrue();
      assertThat(scan.located().stream().map(KilledWriterTest::told)).containsAll(acknowledged);
    }
    long before = System.nanoTime();
    Journal.open(directory, scratch, UUID.randomUUID(), () -> 0).close();
    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
    Scan scan = JournalReader.read(directory);
    assertThat(scan.firstDamage()).isEmpty();
    assertThat(scan.lastGeneration()).isEqualTo(kills);
    return acknowledged.size();
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
    for (int kill = 0; kill < Tries.of(12, 250); kill++) {
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

  /** The kill comes some milliseconds after that many records were acknowledged. */
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
          Thread.sleep(later.nextInt(25));
          process.toHandle().destroyForcibly(); // SIGKILL, in the midst of the next append
        }
      }
    }
    process.waitFor();
    return lines;
  }
}
