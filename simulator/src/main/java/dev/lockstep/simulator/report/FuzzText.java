package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.Reached;
import dev.lockstep.simulator.fuzz.Fuzzer;
import java.util.List;
import java.util.Locale;

/** What fuzzing came to, in a few lines that the same seed gives again. */
public final class FuzzText {

  private FuzzText() {}

  public static List<String> of(Fuzzer.Result result, long seed) {
    return List.of(
        String.format(
            Locale.ROOT,
            "%,d runs, %,d power cuts, seed %d; %d plans reached something new",
            result.runs(),
            result.cuts(),
            seed,
            result.plans()),
        String.format(
            Locale.ROOT,
            "reached %d phases, %d cases of the decider, %d stops, %d premises of invariants, %d shapes"
                + " of the journal",
            count(result, Reached.PHASE),
            count(result, Reached.CASE),
            count(result, Reached.STOP),
            count(result, Reached.PREMISE),
            count(result, "journal ")),
        result.counterexample().isEmpty()
            ? "no invariant was violated"
            : "stopped at the violation");
  }

  private static long count(Fuzzer.Result result, String kind) {
    return result.marks().stream().filter(mark -> mark.startsWith(kind)).count();
  }
}
