package dev.lockstep.simulator.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.simulator.explore.Plan;
import dev.lockstep.simulator.explore.Sighting;
import dev.lockstep.simulator.real.Shard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * What an exploration covers and found: the JSON that {@code explore --json} prints, and of which
 * {@code merge} puts several together.
 *
 * @param build of the code that explored: {@link Build#id()}
 * @param maxCuts a number, or {@code unlimited}
 * @param mishapsUpTo one mishap to a plan, in boots begun after at most so many cuts; null for
 *     none, and then left out
 * @param shard {@code I/N}; {@code 1/1} for all of it
 * @param states distinct ones, the start included
 * @param images that were made, equal ones too
 * @param joined runs that came to where an earlier one had been
 * @param mishaps runs beside those, each with one
 * @param stoppedBy the bound that ended it, or nothing
 * @param phases how many of the states have a journal in this phase
 * @param reached marks of {@link dev.lockstep.simulator.explore.Reached}
 * @param counterexample made small; null if there is none
 * @param sighting of it; null if there is none
 * @param bounded the moments with too many pending writes, and how many subsets were left out at
 *     each
 * @param stateSets the states themselves, where there are shards; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(value = "violated", allowGetters = true)
public record ExplorationReport(
    String build,
    String scenario,
    String mutant,
    String maxCuts,
    long maxStates,
    int allSubsetsOf,
    boolean followAll,
    Integer mishapsUpTo,
    String shard,
    long states,
    long images,
    long recoveries,
    long joined,
    long mishaps,
    int mostCuts,
    boolean fixpoint,
    String stoppedBy,
    double seconds,
    SortedMap<String, Long> phases,
    SortedSet<String> reached,
    Plan counterexample,
    Sighting sighting,
    SortedMap<String, Double> bounded,
    List<StateSet> stateSets) {

  private static final long MOST_BYTES = 1L << 30;
  private static final int MOST_NAME = 10_000;
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{32}");
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * States of one kind.
   *
   * @param phase that their journal tells
   * @param cuts the fewest that lead there
   * @param states their fingerprints, 32 hexadecimal digits each
   */
  public record StateSet(String phase, int cuts, SortedSet<String> states) {
    public StateSet {
      if (phase == null || states == null || cuts < 0) {
        throw new IllegalArgumentException("a set of states has phase, cuts and states");
      }
      for (String state : states) {
        if (state == null || !FINGERPRINT.matcher(state).matches()) {
          throw new IllegalArgumentException("a state is told by 32 hexadecimal digits");
        }
      }
    }
  }

  public ExplorationReport {
    if (build == null || scenario == null || mutant == null || maxCuts == null || shard == null) {
      throw new IllegalArgumentException(
          "it has no build, scenario, mutant, maxCuts or shard: explore --json writes them");
    }
    if (LongStream.of(states, images, recoveries, joined, mishaps, mostCuts).anyMatch(n -> n < 0)
        || (mishapsUpTo != null && mishapsUpTo < 0)) {
      throw new IllegalArgumentException("it counts below zero");
    }
    if (!(seconds >= 0 && seconds < 1e12)) {
      throw new IllegalArgumentException("its time is no number of seconds");
    }
    Shard.parse(shard);
    stoppedBy = stoppedBy == null ? "" : stoppedBy;
    phases = phases == null ? new TreeMap<>() : phases;
    reached = reached == null ? new TreeSet<>() : reached;
    bounded = bounded == null ? new TreeMap<>() : bounded;
    if (counterexample == null != (sighting == null)) {
      throw new IllegalArgumentException("a counterexample goes with where it was met first");
    }
    if (bounded.values().stream().anyMatch(leftOut -> leftOut == null || !(leftOut >= 0))
        || (stateSets != null && stateSets.stream().anyMatch(Objects::isNull))) {
      throw new IllegalArgumentException("something in it is null, or below zero");
    }
    for (String name : List.of(build, scenario, mutant, maxCuts, stoppedBy)) {
      if (name.length() > MOST_NAME) {
        throw new IllegalArgumentException("a name in it is too long");
      }
    }
  }

  public boolean isViolated() {
    return counterexample != null;
  }

  /** How many subsets of pending writes were not tried. */
  double leftOut() {
    return bounded.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is plain data", e);
    }
  }

  /**
   * Reads what {@link #json} wrote. Whatever the file holds, it is read up to a limit and checked.
   *
   * @throws IOException if the file can't be read
   * @throws IllegalArgumentException with one sentence, if it is no report
   */
  public static ExplorationReport read(Path file) throws IOException {
    try (InputStream in = new Limited(Files.newInputStream(file), MOST_BYTES)) {
      ExplorationReport report = JSON.readValue(in, ExplorationReport.class);
      if (report == null) {
        throw new IllegalArgumentException(file + " is no report: it says null");
      }
      return report;
    } catch (ValueInstantiationException e) {
      throw new IllegalArgumentException(file + " is no report: " + e.getCause().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + " is no report of explore --json: " + Lines.first(e.getOriginalMessage()), e);
    }
  }

  /** The states of each phase, counted. */
  static SortedMap<String, Long> counted(List<StateSet> sets) {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (StateSet set : sets) {
      counts.merge(set.phase(), (long) set.states().size(), Long::sum);
    }
    return counts;
  }

  /** The sets in a fixed order, so that equal explorations give equal texts. */
  static List<StateSet> sorted(Map<Survey.StateClass, SortedSet<String>> states) {
    return states.entrySet().stream()
        .map(entry -> new StateSet(entry.getKey().phase(), entry.getKey().cuts(), entry.getValue()))
        .sorted(
            (one, other) ->
                one.cuts() != other.cuts()
                    ? Integer.compare(one.cuts(), other.cuts())
                    : one.phase().compareTo(other.phase()))
        .toList();
  }
}
