package dev.lockstep.simulator.report;

import dev.lockstep.simulator.real.Shard;
import dev.lockstep.simulator.report.ExplorationReport.StateSet;
import dev.lockstep.simulator.report.Survey.StateClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The reports of shards, put together: states, coverage and counterexample are those that one
 * exploration of everything has. Counts of work (images, recoveries, seconds) are added up, and are
 * higher: what several shards come to is done by each.
 *
 * @param whole what the reports say together
 * @param missing the shards of which there is no report
 */
public record Merge(ExplorationReport whole, List<Shard> missing) {

  public Merge {
    missing = List.copyOf(missing);
  }

  /** A state, by the fewest cuts that lead there. */
  private record Reachable(String phase, int cuts) {}

  /**
   * Puts reports together.
   *
   * @throws IllegalArgumentException with one sentence, if they do not belong together
   */
  public static Merge of(List<ExplorationReport> reports) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("there is no report to merge");
    }
    ExplorationReport first = reports.getFirst();
    List<Shard> missing = missing(reports);
    reports.forEach(report -> checkSame(first, report));
    List<StateSet> states = union(reports);
    ExplorationReport violated =
        reports.stream()
            .filter(ExplorationReport::isViolated)
            .min(new MetFirst(first.allSubsetsOf()))
            .orElse(null);
    boolean fixpoint = missing.isEmpty() && reports.stream().allMatch(ExplorationReport::fixpoint);
    ExplorationReport whole =
        new ExplorationReport(
            first.build(),
            first.scenario(),
            first.mutant(),
            first.maxCuts(),
            first.maxStates(),
            first.allSubsetsOf(),
            first.followAll(),
            first.mishapsUpTo(),
            Shard.WHOLE.toString(),
            states.stream().mapToLong(set -> set.states().size()).sum(),
            reports.stream().mapToLong(ExplorationReport::images).sum(),
            reports.stream().mapToLong(ExplorationReport::recoveries).sum(),
            reports.stream().mapToLong(ExplorationReport::joined).sum(),
            reports.stream().mapToLong(ExplorationReport::mishaps).sum(),
            states.stream().mapToInt(StateSet::cuts).max().orElse(0),
            fixpoint,
            stoppedBy(reports, missing),
            reports.stream().mapToDouble(ExplorationReport::seconds).sum(),
            ExplorationReport.counted(states),
            reached(reports),
            violated == null ? null : violated.counterexample(),
            violated == null ? null : violated.sighting(),
            bounded(reports),
            states);
    return new Merge(whole, missing);
  }

  public boolean isComplete() {
    return missing.isEmpty();
  }

  private static List<Shard> missing(List<ExplorationReport> reports) {
    int of = Shard.parse(reports.getFirst().shard()).of();
    SortedSet<Integer> there = new TreeSet<>();
    for (ExplorationReport report : reports) {
      Shard shard = Shard.parse(report.shard());
      if (shard.of() != of) {
        throw new IllegalArgumentException(
            "shard " + shard + " does not go with shard " + reports.getFirst().shard());
      }
      if (report.stateSets() == null) {
        throw new IllegalArgumentException(
            "the report of shard " + shard + " does not tell its states: explore with --shard");
      }
      if (!there.add(shard.number())) {
        throw new IllegalArgumentException("shard " + shard + " is there twice");
      }
    }
    List<Shard> missing = new ArrayList<>();
    for (int number = 1; number <= of; number++) {
      if (!there.contains(number)) {
        missing.add(new Shard(number, of));
      }
    }
    return missing;
  }

  private static void checkSame(ExplorationReport first, ExplorationReport other) {
    check("build", first.build(), other.build(), other);
    check("scenario", first.scenario(), other.scenario(), other);
    check("mutant", first.mutant(), other.mutant(), other);
    check("--max-cuts", first.maxCuts(), other.maxCuts(), other);
    check("--max-states", first.maxStates(), other.maxStates(), other);
    check("--all-subsets-of", first.allSubsetsOf(), other.allSubsetsOf(), other);
    check("--follow-all", first.followAll(), other.followAll(), other);
    check("--mishaps", first.mishapsUpTo(), other.mishapsUpTo(), other);
  }

  private static void check(String what, Object first, Object here, ExplorationReport other) {
    if (!Objects.equals(first, here)) {
      throw new IllegalArgumentException(
          "shard %s is of another exploration: its %s is %s, the others' is %s"
              .formatted(other.shard(), what, here, first));
    }
  }

  private static List<StateSet> union(List<ExplorationReport> reports) {
    Map<String, Reachable> states = new HashMap<>();
    for (ExplorationReport report : reports) {
      for (StateSet set : report.stateSets()) {
        Reachable here = new Reachable(set.phase(), set.cuts());
        for (String state : set.states()) {
          states.merge(state, here, (one, other) -> one.cuts() <= other.cuts() ? one : other);
        }
      }
    }
    Map<StateClass, SortedSet<String>> classes = new HashMap<>();
    states.forEach(
        (state, by) ->
            classes
                .computeIfAbsent(new StateClass(by.phase(), by.cuts()), _ -> new TreeSet<>())
                .add(state));
    return ExplorationReport.sorted(classes);
  }

  private static SortedSet<String> reached(List<ExplorationReport> reports) {
    SortedSet<String> all = new TreeSet<>();
    reports.forEach(report -> all.addAll(report.reached()));
    return all;
  }

  private static SortedMap<String, Double> bounded(List<ExplorationReport> reports) {
    SortedMap<String, Double> all = new TreeMap<>();
    reports.forEach(report -> all.putAll(report.bounded()));
    return all;
  }

  private static String stoppedBy(List<ExplorationReport> reports, List<Shard> missing) {
    if (!missing.isEmpty()) {
      return "missing shards: "
          + String.join(", ", missing.stream().limit(20).map(Shard::toString).toList());
    }
    return reports.stream()
        .map(ExplorationReport::stoppedBy)
        .filter(bound -> !bound.isEmpty())
        .findFirst()
        .orElse("");
  }
}
