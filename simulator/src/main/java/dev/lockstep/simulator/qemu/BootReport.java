package dev.lockstep.simulator.qemu;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a proof in QEMU came to.
 *
 * @param boots in their order
 * @param checks what was found afterwards, a sentence each
 * @param millis all in all, without the Debian root
 */
public record BootReport(
    int cuts, long seed, List<Boots.Boot> boots, List<String> checks, long millis) {

  public BootReport {
    boots = List.copyOf(boots);
    checks = List.copyOf(checks);
  }

  /** For a person. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    checks.forEach(check -> lines.add("✓ " + check));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d power cuts, %d boots, %d checks passed; %.0f s; seed %d",
            cuts,
            boots.size(),
            checks.size(),
            millis / 1000.0,
            seed));
    return lines;
  }

  /** One JSON object. */
  public String json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("cuts", cuts).put("seed", seed).put("millis", millis);
    ArrayNode each = root.putArray("boots");
    for (Boots.Boot boot : boots) {
      each.addObject()
          .put("millis", boot.millis())
          .put("steps", boot.steps())
          .put("end", boot.end());
    }
    ArrayNode proved = root.putArray("checks");
    checks.forEach(proved::add);
    return root.toString();
  }
}
