package dev.lockstep.journal.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lockstep.journal.generation.Journal;
import dev.lockstep.journal.record.RecordCodec;
import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.Scan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;

/**
 * What the journal costs, both sides of each comparison in one go, taking turns. Run by {@code
 * journal/benchmark.sh FOLDER}; the folder's filesystem and disk are what is measured.
 */
public final class JournalBenchmark {
  private static final int PAYLOAD_BYTES = 300;
  private static final int APPENDS = 600;
  private static final int WARM_UP = 200;
  private static final int GENERATIONS = 8;
  private static final int ROUNDS = 30;
  private static final String TYPE = "benchmark-step";

  private JournalBenchmark() {}

  /** Takes an empty folder on the filesystem to measure, and one on tmpfs for Chronicle's files. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path scratch = Path.of(arguments[1]);
    System.out.println("| what | measured |\n|---|---|");
    append(folder, scratch);
    Path full = folder.resolve("full");
    for (int boot = 0; boot < GENERATIONS; boot++) {
      try (Journal journal = journal(folder, scratch, "full", boot)) {
        for (int record = 0; record < 8; record++) {
          journal.append(TYPE, 1, json(56 << 10));
        }
      }
    }
    verify("records of 56 KiB", full);
    for (int boot = 0; boot < GENERATIONS; boot++) {
      try (Journal journal = journal(folder, scratch, "small", boot)) {
        for (int record = 0; record < 400; record++) {
          journal.append(TYPE, 1, json(PAYLOAD_BYTES));
        }
      }
    }
    verify("records of 300 bytes", folder.resolve("small"));
    open(folder, scratch, full);
  }

  /** Journal and plain file take turns, so that both meet the same disk. */
  private static void append(Path folder, Path scratch) throws Exception {
    byte[] payload = json(PAYLOAD_BYTES);
    int recordBytes = RecordCodec.lengthBytes(TYPE.length(), payload.length);
    long[] durable = new long[APPENDS];
    long[] plain = new long[APPENDS];
    try (Journal journal = journal(folder, scratch, "append", 0);
        FileChannel file = preallocated(folder.resolve("plain"))) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(recordBytes);
      for (int at = 0; at < APPENDS; at++) {
        long start = System.nanoTime();
        journal.append(TYPE, 1, payload);
        long between = System.nanoTime();
        file.write(bytes.clear(), (long) at * recordBytes);
        file.force(true);
        durable[at] = between - start;
        plain[at] = System.nanoTime() - between;
      }
    }
    report("durable append, %d bytes a record: median".formatted(recordBytes), micros(durable));
    report("plain preallocated append + force of as many bytes: median", micros(plain));
    report("ratio of the medians", "%.2f ×".formatted(median(durable) / median(plain)));
  }

  private static FileChannel preallocated(Path file) throws IOException {
    Files.write(file, new byte[GenerationLayout.FILE_BYTES]);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    channel.force(true);
    return channel;
  }

  private static void verify(String what, Path directory) throws IOException {
    long[] times = new long[ROUNDS];
    long recordBytes = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      Scan scan = JournalReader.read(directory);
      times[round] = System.nanoTime() - start;
      if (!scan.isSound()) {
        throw new IllegalStateException("the benchmark's journal is not sound");
      }
      recordBytes =
          scan.located().stream().mapToLong(record -> record.encoded().lengthBytes()).sum();
    }
    double seconds = median(Arrays.copyOfRange(times, ROUNDS / 2, ROUNDS)) / 1e9;
    report(
        "verify, %s, %d generations: bytes of records, one core".formatted(what, GENERATIONS),
        "%.0f MB/s".formatted(recordBytes / 1e6 / seconds));
    report(
        "the same: bytes of files",
        "%.0f MB/s".formatted(GENERATIONS * (double) GenerationLayout.FILE_BYTES / 1e6 / seconds));
  }

  /** Each opening adds a generation, so each is of a copy. */
  private static void open(Path folder, Path scratch, Path full) throws Exception {
    long[] times = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      Path copy = Files.createDirectory(folder.resolve("copy" + round));
      for (int generation = 0; generation < GENERATIONS; generation++) {
        String name = GenerationLayout.fileName(generation);
        Files.copy(full.resolve(name), copy.resolve(name));
      }
      long start = System.nanoTime();
      try (Journal journal = journal(folder, scratch, "copy" + round, 1)) {
        times[round] = System.nanoTime() - start;
        journal.append(TYPE, 1, json(PAYLOAD_BYTES));
      }
    }
    report(
        "open and be ready to append after %d generations, warm: median".formatted(GENERATIONS),
        "%.0f ms".formatted(median(Arrays.copyOfRange(times, ROUNDS / 2, ROUNDS)) / 1e6));
  }

  private static Journal journal(Path folder, Path scratch, String name, int boot)
      throws Exception {
    UUID id = new UUID(9, boot);
    return boot == 0
        ? Journal.create(folder.resolve(name), scratch, id, System::currentTimeMillis)
        : Journal.open(folder.resolve(name), scratch, id, System::currentTimeMillis);
  }

  private static byte[] json(int length) {
    return "{\"step\":\"%s\"}".formatted("s".repeat(length)).getBytes(UTF_8);
  }

  private static String micros(long[] nanos) {
    return "%.0f µs".formatted(median(nanos) / 1e3);
  }

  private static double median(long[] times) {
    long[] sorted = Arrays.copyOfRange(times, times.length > WARM_UP ? WARM_UP : 0, times.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void report(String what, String measured) {
    System.out.println(String.format(Locale.ROOT, "| %s | %s |", what, measured));
  }
}
