package dev.lockstep.journal.benchmark;

import dev.lockstep.journal.scan.GenerationLayout;
import dev.lockstep.journal.scan.JournalReader;
import dev.lockstep.journal.scan.LocatedRecord;
import dev.lockstep.journal.verify.JournalSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What is bound by the processor, measured with JMH, as rows of one table. */
public final class BenchmarkMain {
  private static final double VERIFY_BUDGET = 300;
  private static final double OPEN_BUDGET_MILLIS = 150;

  private static final int ROUNDS = 150;

  private BenchmarkMain() {}

  /** Takes the folder with the prepared journals, one on tmpfs, and a file for JMH's own words. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .forks(1)
            .warmupTime(TimeValue.seconds(1))
            .measurementTime(TimeValue.seconds(1))
            .timeUnit(TimeUnit.MICROSECONDS)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .output(arguments[2])
            .jvmArgsAppend(
                "-XX:+UseSerialGC",
                "-D%s=%s".formatted(VerifyBenchmark.FOLDER, folder),
                "-D%s=%s".formatted(OpenBenchmark.SCRATCH, arguments[1]));
    for (RunResult result : run(options, VerifyBenchmark.class, Mode.AverageTime, 4, 7)) {
      verified(result, folder);
    }
    for (RunResult result : run(options, CodecBenchmark.class, Mode.AverageTime, 3, 5)) {
      row(
          "%s, payload of %s bytes"
              .formatted(
                  result.getPrimaryResult().getLabel(),
                  result.getParams().getParam("payloadBytes")),
          "%.2f µs (± %.2f)"
              .formatted(
                  result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError()));
    }
    for (RunResult result : run(options, OpenBenchmark.class, Mode.SingleShotTime, 20, 30)) {
      double millis = result.getPrimaryResult().getStatistics().getPercentile(50) / 1e3;
      verdict(
          "open and be ready to append after 8 generations too full to fold, warm: median",
          "%.1f ms".formatted(millis),
          "150 ms",
          millis <= OPEN_BUDGET_MILLIS);
    }
  }

  private static Collection<RunResult> run(
      ChainedOptionsBuilder options, Class<?> benchmark, Mode mode, int warmUp, int measured)
      throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .parent(options.build())
                .include(benchmark.getName())
                .mode(mode)
                .warmupIterations(warmUp)
                .measurementIterations(measured)
                .build())
        .run();
  }

  private static void verified(RunResult result, Path folder) throws IOException {
    String journal = result.getParams().getParam("journal");
    long recordBytes = 0;
    for (LocatedRecord record : JournalReader.read(folder.resolve(journal)).located()) {
      recordBytes += record.encoded().lengthBytes();
    }
    long fileBytes = 0;
    for (Path generation : JournalReader.files(folder.resolve(journal))) {
      fileBytes += Files.size(generation);
    }
    double micros = result.getPrimaryResult().getScore();
    double rate = recordBytes / micros;
    verdict(
        "verify, journal \"%s\", records fill %.0f %% of its files: bytes of records, one core"
            .formatted(journal, 100.0 * recordBytes / fileBytes),
        "%.0f MB/s (± %.0f)"
            .formatted(rate, rate * result.getPrimaryResult().getScoreError() / micros),
        "300 MB/s",
        rate >= VERIFY_BUDGET);
    row(
        "the same by processor time, the kernel's included, waiting left out: median",
        "%.0f MB/s".formatted(recordBytes / processorMicros(folder.resolve(journal))));
    row(
        "the same: bytes of files, %d bytes each".formatted(GenerationLayout.FILE_BYTES),
        "%.0f MB/s".formatted(fileBytes / micros));
  }

  /** What neighbours on a busy machine change least. */
  private static double processorMicros(Path journal) throws IOException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] times = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = threads.getCurrentThreadCpuTime();
      JournalSource.verify(journal);
      times[round] = threads.getCurrentThreadCpuTime() - start;
    }
    long[] warm = Arrays.copyOfRange(times, ROUNDS / 2, ROUNDS);
    Arrays.sort(warm);
    return warm[warm.length / 2] / 1e3;
  }

  private static void row(String what, String measured) {
    System.out.printf("| %s | %s | | |%n", what, measured);
  }

  private static void verdict(String what, String measured, String budget, boolean met) {
    System.out.printf(
        "| %s | %s | %s | %s |%n", what, measured, budget, met ? "met" : "**missed**");
  }
}
