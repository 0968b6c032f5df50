package dev.lockstep.simulator.real;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.simulator.demo.StoryStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What came of runs that were killed at random.
 *
 * @param millis of all of it
 * @param kept the folder of the first run that failed
 */
public record KillReport(
    KillProof.Request request, List<KillVerdict> verdicts, long millis, Optional<Path> kept)
    implements ProofReport {

  public KillReport {
    verdicts = List.copyOf(verdicts);
  }

  @Override
  public int exitCode() {
    boolean kept = verdicts.stream().allMatch(each -> each.fault().isEmpty()) && neededMore() == 0;
    return kept ? 0 : VIOLATED;
  }

  private long count(KillVerdict.Kind kind) {
    return verdicts.stream().filter(each -> each.is(kind)).count();
  }

  private long neededMore() {
    return verdicts.stream().filter(each -> each.commands() > 1).count();
  }

  private int kills() {
    return verdicts.stream().mapToInt(each -> each.kills().size()).sum();
  }

  private int tooLate() {
    return verdicts.stream().mapToInt(KillVerdict::tooLate).sum();
  }

  private int strangers() {
    return verdicts.stream().mapToInt(KillVerdict::strangers).sum();
  }

  private int files() {
    return verdicts.stream().mapToInt(KillVerdict::files).sum();
  }

  private int cores() {
    return verdicts.stream().mapToInt(KillVerdict::cores).sum();
  }

  private double worstSeconds() {
    return verdicts.stream().mapToLong(KillVerdict::worstMillis).max().orElse(0) / 1e3;
  }

  private Map<String, Long> killsByStep() {
    Map<String, Long> steps = new LinkedHashMap<>();
    for (StoryStep step : StoryStep.values()) {
      long here =
          verdicts.stream()
              .flatMap(each -> each.kills().stream())
              .filter(step.title()::equals)
              .count();
      if (here > 0) {
        steps.put(step.title(), here);
      }
    }
    return steps;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "%-28s %6s", "step", "kills"));
    killsByStep()
        .forEach((step, kills) -> lines.add(String.format(Locale.ROOT, "%-28s %6d", step, kills)));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d kills in %d runs, %d more came after the end; %.0f s, seed %d, shard %s; the longest"
                + " command that went on took %.1f s",
            kills(),
            verdicts.size(),
            tooLate(),
            millis / 1e3,
            request.seed(),
            request.shard(),
            worstSeconds()));
    lines.add(
        "%d files and process texts, %d core files among them, searched for every secret; %d other TPMs refused in the midst"
            .formatted(files(), cores(), strangers()));
    lines.add(
        "%d lost, %d stuck, %d leaked, %d needed more than one further command"
            .formatted(
                count(KillVerdict.Kind.LOST),
                count(KillVerdict.Kind.STUCK),
                count(KillVerdict.Kind.LEAKED),
                neededMore()));
    kept.ifPresent(folder -> lines.add("the first that failed: " + folder + " (README)"));
    return lines;
  }

  @Override
  public String json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("runs", verdicts.size()).put("kills", kills()).put("tooLate", tooLate());
    root.put("lost", count(KillVerdict.Kind.LOST)).put("stuck", count(KillVerdict.Kind.STUCK));
    root.put("leaked", count(KillVerdict.Kind.LEAKED)).put("neededMore", neededMore());
    root.put("filesSearched", files())
        .put("coreFiles", cores())
        .put("otherTpmsRefused", strangers());
    root.put("seed", request.seed()).put("shard", request.shard().toString());
    ObjectNode steps = root.putObject("killsByStep");
    killsByStep().forEach(steps::put);
    root.put("worstSeconds", worstSeconds()).put("seconds", millis / 1e3);
    root.put("kept", kept.map(Path::toString).orElse(null)).put("exitCode", exitCode());
    return root.toString();
  }
}
