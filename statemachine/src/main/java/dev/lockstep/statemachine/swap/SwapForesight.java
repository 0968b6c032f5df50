package dev.lockstep.statemachine.swap;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.ArrayList;
import java.util.List;

/** The steps ahead, as the decider would choose them if nothing goes wrong. */
public final class SwapForesight {

  private SwapForesight() {}

  /**
   * One step.
   *
   * @param intent none where nothing is written
   */
  public record Step(Option<SwapIntent> intent, SwapOutcome outcome) {}

  /** On the left why there is none. */
  public static Either<Refusal, List<Step>> of(State<SwapPhase, SwapIntent> now, SwapSeen seen) {
    Swap machine = new Swap();
    State<SwapPhase, SwapIntent> state = now;
    SwapSeen foreseen = seen;
    List<Step> steps = new ArrayList<>();
    while (true) {
      Either<Refusal, Decision<SwapIntent, SwapOutcome>> decision = machine.decide(state, foreseen);
      if (decision.isLeft()) {
        return Either.left(decision.getLeft());
      }
      Option<Step> step =
          switch (decision.get()) {
            case Decision.Rest<SwapIntent, SwapOutcome>() -> Option.none();
            case Decision.Adopt<SwapIntent, SwapOutcome>(SwapOutcome outcome, String _) ->
                Option.some(new Step(Option.none(), outcome));
            case Decision.Perform<SwapIntent, SwapOutcome>(SwapIntent intent, String _) ->
                Option.some(new Step(Option.some(intent), outcome(intent)));
          };
      if (step.isEmpty()) {
        return Either.right(List.copyOf(steps));
      }
      steps.add(step.get());
      for (SwapIntent intent : step.get().intent()) {
        foreseen = after(foreseen, intent);
      }
      state = State.in(machine.advance(state.phase(), step.get().outcome()));
    }
  }

  /** What a step changes of what is seen: the ends are blanked before the lines go. */
  private static SwapSeen after(SwapSeen seen, SwapIntent intent) {
    boolean blanked = seen.content() instanceof SwapContent.Unrecognised && seen.linesAreIn();
    return switch (intent) {
      case SwapIntent.StageLines() -> seen.with(seen.content(), true);
      case SwapIntent.TakeLinesOut() ->
          seen.with(blanked ? new SwapContent.Blank() : seen.content(), false);
      case SwapIntent.Wipe(), SwapIntent.RestoreArea() -> seen;
    };
  }

  private static SwapOutcome outcome(SwapIntent intent) {
    return switch (intent) {
      case SwapIntent.StageLines() -> new SwapOutcome.LinesStaged(Digest.of(new byte[0]));
      case SwapIntent.Wipe() -> new SwapOutcome.Wiped();
      case SwapIntent.TakeLinesOut() -> new SwapOutcome.LinesTakenOut();
      case SwapIntent.RestoreArea() -> new SwapOutcome.AreaRestored();
    };
  }
}
