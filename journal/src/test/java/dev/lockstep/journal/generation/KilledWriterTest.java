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

  private static String told(LocatedRecord record) {
    return record.sequence() + " " + record.hash();
  }

  private static List<String> appendUntilKilled(Path directory, Path scratch, int records)
      throws IOException, InterruptedException {
    List<String> command = AppendingProcess.command(directory, scratch);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() == records) {
          process.toHandle().destroyForcibly(); // SIGKILL, in the midst of the next append
        }
      }
    }
    process.waitFor();
    return lines;
  }
}
