package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.fault.CrashSubsets;
import dev.lockstep.simulator.journal.JournalLevel;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.simulator.mutant.Mutant;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What {@code simulator/benchmark.sh} prints, as lines of a table in Markdown. Rates are by
 * processor time of one thread, so that what else the machine does matters little; the fixpoint is
 * by the clock, in a JVM that has just begun, as a build has it.
 */
final class ExplorerBenchmark {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Bounds UNLIMITED = Bounds.cuts(Bounds.UNLIMITED);
  private static final int WARM_UP = 8;
  private static final int ROUNDS = 7;
  private static final CrashSubsets EVERY = new CrashSubsets(20);

  private ExplorerBenchmark() {}

  public static void main(String[] arguments) {
    fixpoint();
    recoveries();
    withChronicle();
    images();
  }

  private static Simulation firstBoot() {
    return Simulation.of(Scenario.named(Scenario.FIRST_BOOT), Mutant.NONE);
  }

  /** The first thing this JVM does. */
  private static void fixpoint() {
    Tally tally = new Explorer(firstBoot(), UNLIMITED).explore().tally();
    if (!tally.fixpoint()) {
      throw new IllegalStateException("the first boot came to no fixpoint");
    }
    long heapBytes =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == java.lang.management.MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(java.lang.management.MemoryUsage::getUsed)
            .sum();
    row(
        "first boot to the fixpoint, %d processors, cold JVM: %,d states, %,d images"
            .formatted(Runtime.getRuntime().availableProcessors(), tally.states(), tally.images()),
        "%.1f s; heap at most %d MiB".formatted(seconds(tally.time()), heapBytes >> 20),
        "60 s, 2 GiB");
  }

  private static void recoveries() {
    double[] joining = new double[ROUNDS];
    double[] thorough = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double rate = perSecond(() -> new Explorer(firstBoot(), UNLIMITED, 1).explore().tally());
      double followed =
          perSecond(
              () -> new Explorer(firstBoot(), Bounds.cuts(1).followingAll(), 1).explore().tally());
      if (round >= 0) {
        joining[round] = rate;
        thorough[round] = followed;
      }
    }
    row(
        "recoveries (boot, replay, run on to where an earlier run ended well), with all invariants",
        rate(joining),
        "10,000 a second and core");
    row("recoveries, each followed to its end (`--follow-all`)", rate(thorough), "");
  }

  /** The real journal on a real file in memory; one cut, for it takes its time. */
  private static void withChronicle() {
    Simulation simulation = firstBoot().with(JournalLevel.CHRONICLE);
    double[] rates = new double[3];
    for (int round = -2; round < rates.length; round++) {
      double rate = perSecond(() -> new Explorer(simulation, Bounds.cuts(1), 1).explore().tally());
      if (round >= 0) {
        rates[round] = rate;
      }
    }
    row("recoveries with the real Chronicle journal, after one cut", rate(rates), "100 a second");
  }

  private interface Work {
    Tally done();
  }

  private static double perSecond(Work work) {
    long begun = THREADS.getCurrentThreadCpuTime();
    Tally tally = work.done();
    return tally.recoveries() * 1e9 / (THREADS.getCurrentThreadCpuTime() - begun);
  }

  /** Every subset at every moment of a run without a cut, against a set of those seen. */
  private static void images() {
    Simulation simulation = firstBoot();
    List<Moment> moments = new ArrayList<>();
    new Leg(simulation, Wish.ENCRYPT, simulation.scenario().start(), JournalReading.NOTHING)
        .run(moments::add);
    double[] rates = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      long begun = THREADS.getCurrentThreadCpuTime();
      long made = 0;
      for (int again = 0; again < 20; again++) {
        made += generated(simulation, moments);
      }
      if (round >= 0) {
        rates[round] = made * 1e9 / (THREADS.getCurrentThreadCpuTime() - begun);
      }
    }
    row(
        "crash states generated and told apart, nothing else",
        rate(rates),
        "200,000 a second and core");
  }

  private static long generated(Simulation simulation, List<Moment> moments) {
    Parts parts = new Parts(simulation);
    Set<Fingerprint> seen = new HashSet<>();
    long[] made = new long[1];
    for (Moment moment : moments) {
      new Variants(parts, moment)
          .each(
              EVERY,
              (key, _) -> {
                seen.add(key);
                made[0]++;
              });
    }
    if (seen.isEmpty()) {
      throw new IllegalStateException("a run without a moment");
    }
    return made[0];
  }

  private static String rate(double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    return "%,.0f a second (%,.0f to %,.0f)"
        .formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }

  private static void row(String what, String measured, String budget) {
    System.out.printf(Locale.ROOT, "| %s | %s | %s |%n", what, measured, budget);
  }
}
