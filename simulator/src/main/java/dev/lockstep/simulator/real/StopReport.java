package dev.lockstep.simulator.real;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What came of stops by SIGTERM.
 *
 * @param fault of a disk that was gone on with
 * @param kept its folder
 */
public record StopReport(
    StopProof.Request request, List<Stop> stops, Optional<String> fault, Optional<Path> kept)
    implements ProofReport {

  /** What was promised. */
  private static final long LIMIT_MILLIS = 1000;

  /**
   * One of them.
   *
   * @param step the last one begun
   * @param atMillis since the start
   * @param tookMillis until the last process had ended
   * @param isBusy whether all processors were kept busy
   * @param endedBefore it was over before the signal
   * @param lastWords that it said
   */
  record Stop(
      String step,
      long atMillis,
      long tookMillis,
      int exitCode,
      boolean isBusy,
      boolean endedBefore,
      String lastWords) {

    String words() {
      return "stopped after %d ms in \"%s\": took %d ms, exit code %d%s%s"
          .formatted(
              atMillis,
              step,
              tookMillis,
              exitCode,
              isBusy ? ", processors busy" : "",
              StopProof.isOrderly(exitCode) ? "" : ": " + lastWords);
    }

    boolean isKept() {
      return StopProof.isOrderly(exitCode) && tookMillis <= LIMIT_MILLIS;
    }
  }

  public StopReport {
    stops = List.copyOf(stops);
  }

  @Override
  public int exitCode() {
    // With all processors busy the second is a wish: the scheduler owes nobody one.
    boolean kept =
        stops.stream()
            .allMatch(stop -> stop.isBusy() ? StopProof.isOrderly(stop.exitCode()) : stop.isKept());
    return kept && fault.isEmpty() ? 0 : VIOLATED;
  }

  private long worst(Predicate<Stop> which) {
    return stops.stream().filter(which).mapToLong(Stop::tookMillis).max().orElse(0);
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    stops.stream()
        .filter(stop -> !stop.isKept())
        .forEach(stop -> lines.add("over a second, or another exit code: " + stop.words()));
    lines.add(
        "%d stops; the longest took %d ms, with all processors busy %d ms"
            .formatted(stops.size(), worst(stop -> !stop.isBusy()), worst(Stop::isBusy)));
    fault.ifPresent(lines::add);
    kept.ifPresent(folder -> lines.add("kept: " + folder + " (README)"));
    return lines;
  }

  @Override
  public String json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("stops", stops.size()).put("worstMillis", worst(stop -> !stop.isBusy()));
    root.put("worstMillisBusy", worst(Stop::isBusy)).put("seed", request.seed());
    ArrayNode each = root.putArray("each");
    for (Stop stop : stops) {
      ObjectNode node = each.addObject().put("step", stop.step()).put("atMillis", stop.atMillis());
      node.put("tookMillis", stop.tookMillis()).put("exitCode", stop.exitCode());
      node.put("busy", stop.isBusy());
    }
    root.put("fault", fault.orElse(null)).put("exitCode", exitCode());
    return root.toString();
  }
}
