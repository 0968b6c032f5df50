package dev.lockstep.journal.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.record.RecordCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A durable append to the journal, beside others' ways to make the same bytes durable. They take
 * turns on one filesystem, some appends at a time, so that all meet the same disk. Run by {@code
 * journal/benchmark.sh}.
 */
public final class AppendBenchmark {
  static final String TYPE = "benchmark-step";
  static final byte[] PAYLOAD = "{\"step\":\"%s\"}".formatted("s".repeat(300)).getBytes(UTF_8);
  private static final int TURN = 20;
  private static final int APPENDS_OF_FILE = 1000;
  private static final double BUDGET = 1.2;

  private static final String PLAIN = "plain preallocated append + force";
  private static final String READ_BACK = "the same + read back with direct I/O";
  private static final String JOURNAL = "durable append to the journal";
  private static final String SQLITE = "SQLite (WAL, synchronous=FULL), one insert a transaction";

  private AppendBenchmark() {}

  /**
   * Takes an empty folder on the filesystem to measure, one on tmpfs, how many files to fill, and
   * how many appends to a file, {@value #APPENDS_OF_FILE} if not told. With fewer the medium is a
   * slow one that holds back some writes and lets others pass: means are compared then.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path scratch = Path.of(arguments[1]);
    int files = Integer.parseInt(arguments[2]);
    int appends = arguments.length > 3 ? Integer.parseInt(arguments[3]) : APPENDS_OF_FILE;
    int recordBytes = RecordCodec.lengthBytes(TYPE.length(), PAYLOAD.length);
    byte[] bytes = new byte[recordBytes];
    Arrays.fill(bytes, (byte) 's');
    Map<String, long[]> times = new LinkedHashMap<>();
    for (String side : List.of(PLAIN, READ_BACK, JOURNAL, SQLITE)) {
      times.put(side, new long[files * appends]);
    }
    try (Sqlite sqlite = Sqlite.open(folder.resolve("sqlite"))) {
      for (int file = 0; file < files; file++) {
        Path place = Files.createDirectory(folder.resolve("file" + file));
        UUID boot = new UUID(9, file);
        try (PlainAppend plain = PlainAppend.create(place.resolve("plain"), false);
            PlainAppend readBack = PlainAppend.create(place.resolve("read-back"), true);
            Journal journal =
                Journal.create(place.resolve("journal"), scratch, boot, System::nanoTime)) {
          Map<String, Append> sides = new LinkedHashMap<>();
          sides.put(PLAIN, () -> plain.append(bytes));
          sides.put(READ_BACK, () -> readBack.append(bytes));
          sides.put(JOURNAL, () -> journal.append(TYPE, 1, PAYLOAD));
          sides.put(SQLITE, () -> sqlite.append(bytes));
          for (int turn = 0; turn < appends; turn += TURN) {
            for (Map.Entry<String, Append> side : sides.entrySet()) {
              long[] into = times.get(side.getKey());
              measure(side.getValue(), into, file * appends + turn);
            }
          }
        }
      }
    }
    report(recordBytes, times, appends < APPENDS_OF_FILE);
  }

  @FunctionalInterface
  private interface Append {
    void append() throws Exception;
  }

  private static void measure(Append side, long[] into, int from) throws Exception {
    for (int at = from; at < from + TURN; at++) {
      long start = System.nanoTime();
      side.append();
      into[at] = System.nanoTime() - start;
    }
  }

  private static void report(int recordBytes, Map<String, long[]> times, boolean slow) {
    Map<String, Double> typical = new LinkedHashMap<>();
    times.forEach(
        (side, all) -> {
          long[] warm = Arrays.copyOfRange(all, all.length / 2, all.length);
          Arrays.sort(warm);
          double median = warm[warm.length / 2] / 1e3;
          double mean = Arrays.stream(warm).average().orElseThrow() / 1e3;
          typical.put(side, slow ? mean : median);
          row(
              "%s, %d bytes: median (9 of 10 within; mean)".formatted(side, recordBytes),
              "%.0f µs (%.0f µs; %.0f µs)"
                  .formatted(median, warm[warm.length * 9 / 10] / 1e3, mean),
              "",
              "");
        });
    double journal = typical.get(JOURNAL);
    for (Map.Entry<String, Double> other : typical.entrySet()) {
      if (!other.getKey().equals(JOURNAL)) {
        double ratio = journal / other.getValue();
        boolean isBudget = other.getKey().equals(PLAIN);
        row(
            "journal against: " + other.getKey(),
            "%.2f ×".formatted(ratio),
            isBudget ? "1.2 ×" : "",
            isBudget ? (ratio <= BUDGET ? "met" : "**missed**") : "");
      }
    }
  }

  private static void row(String... cells) {
    List<String> row = new ArrayList<>(List.of(cells));
    System.out.println(String.format(Locale.ROOT, "| %s |", String.join(" | ", row)));
  }
}
