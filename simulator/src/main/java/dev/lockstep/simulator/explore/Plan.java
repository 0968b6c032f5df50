package dev.lockstep.simulator.explore;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.lockstep.simulator.fault.Mishap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A counterexample that can be run again: where it starts, what was changed, and each power cut.
 *
 * @param mutant {@code none} for the machine as it is
 * @param asked what the operator wanted after the last cut
 * @param invariant the one that does not hold at its end
 * @param violation in a sentence
 * @param mishap after the last cut; null for none, and then left out
 */
@JsonPropertyOrder({"scenario", "mutant", "cuts", "asked", "mishap", "invariant", "violation"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Plan(
    String scenario,
    String mutant,
    List<CutPoint> cuts,
    Wish asked,
    String invariant,
    String violation,
    Mishap mishap) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_CUTS = 1000;

  public Plan {
    if (scenario == null || mutant == null || cuts == null || invariant == null) {
      throw new IllegalArgumentException("a plan has scenario, mutant, cuts and invariant");
    }
    if (cuts.stream().anyMatch(Objects::isNull) || cuts.size() > MOST_CUTS) {
      throw new IllegalArgumentException(
          "a plan has at most " + MOST_CUTS + " cuts, each of them told");
    }
    asked = asked == null ? Wish.ENCRYPT : asked;
    violation = violation == null ? "" : violation;
    cuts = List.copyOf(cuts);
  }

  /** Without a mishap after the last cut. */
  public Plan(
      String scenario,
      String mutant,
      List<CutPoint> cuts,
      Wish asked,
      String invariant,
      String violation) {
    this(scenario, mutant, cuts, asked, invariant, violation, null);
  }

  /**
   * Every plan with one element less: a cut, a mishap, a write that reaches the medium, a wish of
   * the operator.
   */
  public List<Plan> withOneElementLess() {
    List<Plan> smaller = new ArrayList<>();
    for (int at = 0; at < cuts.size(); at++) {
      List<CutPoint> fewer = new ArrayList<>(cuts);
      fewer.remove(at);
      smaller.add(with(fewer, asked));
    }
    for (int at = 0; at < cuts.size(); at++) {
      CutPoint cut = cuts.get(at);
      if (cut.asked() != Wish.ENCRYPT) {
        smaller.add(with(replaced(at, cut.unasked()), asked));
      }
      if (cut.mishap() != null) {
        smaller.add(with(replaced(at, cut.unharmed()), asked));
      }
      for (Integer position : cut.kept()) {
        smaller.add(with(replaced(at, cut.without(position)), asked));
      }
    }
    if (asked != Wish.ENCRYPT) {
      smaller.add(with(cuts, Wish.ENCRYPT));
    }
    if (mishap != null) {
      smaller.add(new Plan(scenario, mutant, cuts, asked, invariant, violation));
    }
    return smaller;
  }

  private List<CutPoint> replaced(int at, CutPoint by) {
    List<CutPoint> changed = new ArrayList<>(cuts);
    changed.set(at, by);
    return changed;
  }

  private Plan with(List<CutPoint> otherCuts, Wish otherWish) {
    return new Plan(scenario, mutant, otherCuts, otherWish, invariant, violation, mishap);
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
   * Reads a plan. Whatever the file holds, it is read up to a limit and checked.
   *
   * @throws IOException if the file can't be read
   * @throws IllegalArgumentException with one sentence, if it is no plan
   */
  public static Plan read(Path file) throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MOST_BYTES + 1);
    }
    if (content.length > MOST_BYTES) {
      throw new IllegalArgumentException(file + " is no plan: it is larger than 1 MiB");
    }
    try {
      Plan plan = JSON.readValue(content, Plan.class);
      if (plan == null) {
        throw new IllegalArgumentException(file + " is no plan: it says null");
      }
      return plan;
    } catch (ValueInstantiationException e) {
      throw new IllegalArgumentException(file + " is no plan: " + e.getCause().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no plan: " + told(e), e);
    }
  }

  private static String told(JsonProcessingException failure) {
    String place =
        failure.getLocation() == null ? "" : " (line " + failure.getLocation().getLineNr() + ")";
    String what = failure.getOriginalMessage().lines().findFirst().orElse("it is damaged");
    int details = what.indexOf(" (start marker");
    return (details < 0 ? what : what.substring(0, details)) + place;
  }
}
