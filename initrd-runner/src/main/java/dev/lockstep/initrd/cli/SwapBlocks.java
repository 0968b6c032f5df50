package dev.lockstep.initrd.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.runner.SwapSession;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.Swap;
import dev.lockstep.statemachine.swap.SwapForesight;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import dev.lockstep.statemachine.swap.SwapSeen;
import io.vavr.control.Either;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** A swap partition's part of plan and status. */
final class SwapBlocks {

  private SwapBlocks() {}

  static Either<Refusal, List<SwapForesight.Step>> ahead(SwapSession swap) throws IOException {
    State<SwapPhase, SwapIntent> state = swap.state();
    return SwapForesight.of(state, swap.observe(state));
  }

  static void print(List<SwapForesight.Step> steps, long sizeBytes, PrintStream out) {
    if (steps.isEmpty()) {
      out.println("Nothing is left to do.");
    }
    int number = 0;
    for (SwapForesight.Step step : steps) {
      number++;
      out.printf("%2d  %s%n", number, sentence(step));
      if (writes(step)) {
        out.println("      " + range(sizeBytes));
      }
    }
  }

  static void fill(ObjectNode plan, List<SwapForesight.Step> steps, long sizeBytes) {
    ArrayNode list = plan.putArray("steps");
    for (SwapForesight.Step step : steps) {
      ObjectNode each = list.addObject();
      each.put("outcome", step.outcome().getClass().getSimpleName());
      step.intent().forEach(intent -> each.put("intent", intent.getClass().getSimpleName()));
      each.put("sentence", sentence(step));
      if (writes(step)) {
        each.put("writes", range(sizeBytes));
      }
    }
  }

  private static boolean writes(SwapForesight.Step step) {
    return step.intent().exists(SwapIntent.Wipe.class::isInstance);
  }

  private static String range(long sizeBytes) {
    return "bytes 0 to %d of the swap partition, with zeros".formatted(sizeBytes);
  }

  private static String sentence(SwapForesight.Step step) {
    return step.intent()
        .map(Sentences::of)
        .getOrElse(() -> "check: " + Sentences.of(step.outcome()));
  }

  /** The same members as a converted volume's. */
  static void fill(ObjectNode status, SwapSession swap) throws IOException {
    State<SwapPhase, SwapIntent> state = swap.state();
    SwapSeen seen = swap.observe(state, Goal.ENCRYPT);
    status.put("phase", state.phase().getClass().getSimpleName());
    status.put("unfinished", state.open().map(Sentences::of).getOrElse("nothing"));
    status.put("volume", seen.content().getClass().getSimpleName());
    status.put("bootsWithoutProgress", state.boots());
    status.put(
        "next", swap.machine().decide(state, seen).fold(Refusal::sentence, SwapBlocks::next));
    status.put("undoPossible", Swap.isUndoPossible(state.phase(), seen));
  }

  private static String next(Decision<SwapIntent, SwapOutcome> decision) {
    return switch (decision) {
      case Decision.Rest<SwapIntent, SwapOutcome>() -> "nothing is left to do";
      case Decision.Perform<SwapIntent, SwapOutcome>(SwapIntent intent, String because) ->
          Sentences.of(intent) + " (" + because + ")";
      case Decision.Adopt<SwapIntent, SwapOutcome>(SwapOutcome outcome, String because) ->
          "record: " + Sentences.of(outcome) + " (" + because + ")";
    };
  }
}
