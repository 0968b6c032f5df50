package dev.lockstep.simulator.real;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.simulator.demo.StoryStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was tried and what came of it.
 *
 * @param syncPoints how many a run has that is not cut
 * @param otherOrders cut runs whose syncs came in another order than the recorded one's
 * @param cachedSectors found unwritten in a loop device's cache while recording
 * @param millis of all of it
 * @param kept the folder of the first lost state
 */
public record RealReport(
    RealProof.Request request,
    List<Verdict> verdicts,
    int syncPoints,
    int otherOrders,
    long cachedSectors,
    long millis,
    Optional<Path> kept)
    implements ProofReport {

  public RealReport {
    verdicts = List.copyOf(verdicts);
  }

  @Override
  public int exitCode() {
    return lost(verdicts) == 0 ? 0 : VIOLATED;
  }

  private static long lost(List<Verdict> some) {
    return some.stream().filter(Verdict::isLost).count();
  }

  private List<Verdict> of(Verdict.Tier tier) {
    return verdicts.stream().filter(verdict -> verdict.tier() == tier).toList();
  }

  private double perSecond() {
    return millis == 0 ? 0 : verdicts.size() * 1e3 / millis;
  }

  /** One row for each step in which something was tried. */
  private record Row(String step, int tried, long lost, long worstMillis) {

    long recovered() {
      return tried - lost;
    }
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (StoryStep step : StoryStep.values()) {
      List<Verdict> here =
          verdicts.stream().filter(verdict -> verdict.step().equals(step.title())).toList();
      if (!here.isEmpty()) {
        long worst = here.stream().mapToLong(Verdict::recoveryMillis).max().orElse(0);
        rows.add(new Row(step.title(), here.size(), lost(here), worst));
      }
    }
    return rows;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%-28s %6s %10s %6s %12s",
            "step",
            "tried",
            "recovered",
            "lost",
            "worst time"));
    for (Row row : rows()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-28s %6d %10d %6d %10.1f s",
              row.step(),
              row.tried(),
              row.recovered(),
              row.lost(),
              row.worstMillis() / 1e3));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "%d states in %.0f s, %.2f a second; a run has %d sync points; seed %d, shard %s",
            verdicts.size(),
            millis / 1e3,
            perSecond(),
            syncPoints,
            request.seed(),
            request.shard()));
    if (otherOrders > 0) {
      lines.add(otherOrders + " of the cut runs made their syncs in another order");
    }
    for (Verdict.Tier tier : Verdict.Tier.values()) {
      List<Verdict> tried = of(tier);
      if (!tried.isEmpty()) {
        lines.add(
            "%d of %d %s recovered, %d lost"
                .formatted(tried.size() - lost(tried), tried.size(), tier.plural(), lost(tried)));
      }
    }
    kept.ifPresent(folder -> lines.add("the first lost state: " + folder + " (README)"));
    return lines;
  }

  @Override
  public String json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("diskBytes", request.diskBytes()).put("seed", request.seed());
    root.put("shard", request.shard().toString()).put("syncPointsOfARun", syncPoints);
    root.put("otherOrders", otherOrders).put("cachedSectors", cachedSectors);
    for (Verdict.Tier tier : List.of(Verdict.Tier.SYNC_POINT, Verdict.Tier.REORDERED)) {
      List<Verdict> tried = of(tier);
      ObjectNode node = root.putObject(tier == Verdict.Tier.SYNC_POINT ? "everySync" : "reorder");
      node.put("tried", tried.size()).put("lost", lost(tried));
      node.put("recovered", tried.size() - lost(tried));
    }
    ArrayNode steps = root.putArray("steps");
    for (Row row : rows()) {
      ObjectNode node = steps.addObject().put("step", row.step()).put("tried", row.tried());
      node.put("recovered", row.recovered()).put("lost", row.lost());
      node.put("worstMillis", row.worstMillis());
    }
    ArrayNode faults = root.putArray("faults");
    verdicts.stream()
        .filter(Verdict::isLost)
        .forEach(
            verdict ->
                faults
                    .addObject()
                    .put("state", verdict.state())
                    .put("step", verdict.step())
                    .put("fault", verdict.fault().orElse("")));
    root.put("seconds", millis / 1e3).put("statesPerSecond", perSecond());
    root.put("kept", kept.map(Path::toString).orElse(null)).put("exitCode", exitCode());
    return root.toString();
  }
}
