package dev.lockstep.simulator.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of a demo.
 *
 * @param filesystemBytes of the plain filesystem; 0 where it did not come so far
 * @param checks in their order; where one failed it is the last
 */
record DemoResult(
    Conditions conditions,
    List<Run> runs,
    long filesystemBytes,
    List<Check.Result> checks,
    Optional<Verification.Proof> proof,
    Optional<DemoFailed> failure) {

  /**
   * Under what it ran.
   *
   * @param millis how long it took
   * @param kernel where kernel and initrd came from
   */
  record Conditions(
      Instant begun,
      long diskBytes,
      long seed,
      long millis,
      String kernel,
      Environment environment) {}

  DemoResult {
    runs = List.copyOf(runs);
    checks = List.copyOf(checks);
  }

  int exitCode() {
    return failure.map(DemoFailed::exitCode).orElse(0);
  }

  long cuts() {
    return runs.stream().filter(Run::wasCut).count();
  }

  long cutsInConversion() {
    return runs.stream().filter(run -> run.wasCut() && run.endedConverting()).count();
  }

  static String powerCuts(long number) {
    return number == 1 ? "1 power cut" : number + " power cuts";
  }

  /** The last line of the story. */
  String summary() {
    if (failure.isPresent()) {
      return "FAILED: " + failure.get().getMessage();
    }
    return "%s (%d while data was converted), %d runs; %d bytes decrypted, all equal; %d files as installed; %d checks passed"
        .formatted(
            powerCuts(cuts()),
            cutsInConversion(),
            runs.size(),
            filesystemBytes,
            proof.map(p -> p.tree().files()).orElse(0L),
            checks.size());
  }

  /** For programs. */
  String json(DemoFolder folder) {
    ObjectNode result = new JsonMapper().createObjectNode();
    result
        .put("exitCode", exitCode())
        .put("summary", summary())
        .put("cuts", cuts())
        .put("cutsInConversion", cutsInConversion())
        .put("runs", runs.size())
        .put("seed", conditions.seed())
        .put("filesystemBytes", filesystemBytes)
        .put("milliseconds", conditions.millis())
        .put("dir", folder.path().toString())
        .put("report", folder.report().toString());
    ArrayNode list = result.putArray("checks");
    for (Check.Result check : checks) {
      list.addObject()
          .put("name", check.name())
          .put("passed", check.passed())
          .put("detail", check.detail());
    }
    return result.toString();
  }
}
