package dev.lockstep.journal.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.generation.JournalFailed;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Writes the journals that {@code journal/benchmark.sh} measures reading with: eight boots each,
 * written as any other.
 */
public final class JournalBenchmark {
  private static final int GENERATIONS = 8;
  private static final int LARGE_PAYLOAD_BYTES = 56 << 10;

  private JournalBenchmark() {}

  /** Takes an empty folder on the filesystem to measure, and one on tmpfs for Chronicle's files. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path scratch = Path.of(arguments[1]);
    byte[] large = "{\"step\":\"%s\"}".formatted("s".repeat(LARGE_PAYLOAD_BYTES)).getBytes(UTF_8);
    write(folder.resolve("large"), scratch, 8, large);
    write(folder.resolve("small"), scratch, 400, AppendBenchmark.PAYLOAD);
    write(folder.resolve("small-full"), scratch, Integer.MAX_VALUE, AppendBenchmark.PAYLOAD);
  }

  /** So many records a boot, or as many as there is room for. */
  private static void write(Path directory, Path scratch, int records, byte[] payload)
      throws JournalFailed {
    for (int boot = 0; boot < GENERATIONS; boot++) {
      UUID id = new UUID(9, boot);
      try (Journal journal =
          boot == 0
              ? Journal.create(directory, scratch, id, System::currentTimeMillis)
              : Journal.open(directory, scratch, id, System::currentTimeMillis)) {
        int written = 0;
        while (written < records
            && journal.hasRoomFor(AppendBenchmark.TYPE.length(), payload.length)) {
          journal.append(AppendBenchmark.TYPE, 1, payload);
          written++;
        }
      }
    }
  }
}
