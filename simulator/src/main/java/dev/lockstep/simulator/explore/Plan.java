package dev.lockstep.simulator.explore;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.lockstep.statemachine.firstboot.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A counterexample that can be run again: where it starts, what was changed, and each power cut.
 *
 * @param mutant {@code none} for the machine as it is
 * @param asked what the operator wanted after the last cut
 * @param invariant the one that does not hold at its end
 * @param violation in a sentence
 */
@JsonPropertyOrder({"scenario", "mutant", "cuts", "asked", "invariant", "violation"})
public record Plan(
    String scenario,
    String mutant,
    List<CutPoint> cuts,
    Goal asked,
    String invariant,
    String violation) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final long MOST_BYTES = 1 << 20;

  public Plan {
    if (scenario == null || mutant == null || cuts == null || invariant == null) {
      throw new IllegalArgumentException("a plan has scenario, mutant, cuts and invariant");
    }
    asked = asked == null ? Goal.ENCRYPT : asked;
    cuts = List.copyOf(cuts);
  }

  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan is plain data", e);
    }
  }

  public void write(Path file) throws IOException {
    Files.writeString(file, json() + "\n");
  }

  /**
   * Reads a plan.
   *
   * @throws IOException with one sentence, if the file can't be read or is no plan
   */
  public static Plan read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is too large for a plan");
    }
    try {
      return JSON.readValue(Files.readAllBytes(file), Plan.class);
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no plan: " + e.getOriginalMessage(), e);
    }
  }
}
