package dev.lockstep.simulator.swap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.Swap;
import dev.lockstep.statemachine.swap.SwapContent;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import dev.lockstep.statemachine.swap.SwapSeen;
import io.vavr.control.Either;
import org.junit.jupiter.api.Test;

class SwapExplorerTest {

  @Test
  void noNumberOfCutsBootsAndChangesOfMindLeavesOldPagesOrTakesAFilesystem() {
    SwapExplorer.Result result = new SwapExplorer(new Swap(), true).explore();

    assertThat(result.violation()).isEmpty();
    assertThat(result.tally().fixpoint()).isTrue();
    assertThat(result.tally().states()).isGreaterThan(100);
    assertThat(result.tally().mostCuts()).isGreaterThan(2);
  }

  @Test
  void aFlushThatDoesNothingIsCaught() {
    assertThat(new SwapExplorer(new Swap(), false).explore().violation().get())
        .startsWith("OldSwapGone");
  }

  /** The machine, but for one mistake. */
  private abstract static class Mutant
      implements Machine<SwapPhase, SwapIntent, SwapOutcome, SwapSeen> {

    final Swap swap = new Swap();

    @Override
    public SwapPhase start() {
      return swap.start();
    }

    @Override
    public SwapPhase advance(SwapPhase phase, SwapOutcome outcome) {
      return swap.advance(phase, outcome);
    }

    @Override
    public boolean progressed(SwapIntent open, SwapIntent later) {
      return swap.progressed(open, later);
    }
  }

  private static SwapSeen with(SwapSeen seen, SwapContent content) {
    return seen.with(content, seen.linesAreIn());
  }

  /** A system that was booted with the line left it, or somebody who took the line out before. */
  @Test
  void aMachineThatDoesNotAskCrypttabIsCaught() {
    Mutant believing =
        new Mutant() {
          @Override
          public Either<Refusal, Decision<SwapIntent, SwapOutcome>> decide(
              State<SwapPhase, SwapIntent> state, SwapSeen seen) {
            return swap.decide(state, seen.with(seen.content(), true));
          }
        };

    assertThat(new SwapExplorer(believing, true).explore().violation().get())
        .startsWith("ForeignKept");
  }

  @Test
  void anUndoThatTakesTheUnknownForItsOwnIsCaught() {
    Mutant careless =
        new Mutant() {
          @Override
          public Either<Refusal, Decision<SwapIntent, SwapOutcome>> decide(
              State<SwapPhase, SwapIntent> state, SwapSeen seen) {
            boolean unknown =
                state.phase() instanceof SwapPhase.AreaToRestore
                    && seen.content() instanceof SwapContent.Unrecognised;
            return swap.decide(state, unknown ? with(seen, new SwapContent.Blank()) : seen);
          }
        };

    assertThat(new SwapExplorer(careless, true).explore().violation().get())
        .startsWith("ForeignKept");
  }

  @Test
  void aMachineThatLooksOnlyOnceIsCaught() {
    Mutant trusting =
        new Mutant() {
          @Override
          public Either<Refusal, Decision<SwapIntent, SwapOutcome>> decide(
              State<SwapPhase, SwapIntent> state, SwapSeen seen) {
            boolean begun = state.phase() instanceof SwapPhase.LinesStaged;
            return swap.decide(state, begun ? with(seen, new SwapContent.Blank()) : seen);
          }
        };

    assertThat(new SwapExplorer(trusting, true).explore().violation().get())
        .startsWith("ForeignKept");
  }

  @Test
  void aMachineThatTakesZerosForWipedIsCaught() {
    Mutant hasty =
        new Mutant() {
          @Override
          public Either<Refusal, Decision<SwapIntent, SwapOutcome>> decide(
              State<SwapPhase, SwapIntent> state, SwapSeen seen) {
            boolean looksWiped =
                state.phase() instanceof SwapPhase.LinesStaged
                    && state.open().isDefined()
                    && !(seen.content() instanceof SwapContent.Area)
                    && !(seen.content() instanceof SwapContent.Taken);
            return looksWiped
                ? Either.right(new Decision.Adopt<>(new SwapOutcome.Wiped(), "HASTY"))
                : swap.decide(state, seen);
          }
        };

    assertThat(new SwapExplorer(hasty, true).explore().violation().get()).startsWith("OldSwapGone");
  }

  @Test
  void anUndoThatForgetsTheAreaIsCaught() {
    Mutant forgetful =
        new Mutant() {
          @Override
          public Either<Refusal, Decision<SwapIntent, SwapOutcome>> decide(
              State<SwapPhase, SwapIntent> state, SwapSeen seen) {
            return state.phase() instanceof SwapPhase.AreaToRestore(var job)
                ? swap.decide(state, with(seen, new SwapContent.Area(job.before())))
                : swap.decide(state, seen);
          }
        };

    assertThat(new SwapExplorer(forgetful, true).explore().violation().get())
        .startsWith("ConvergesWithin(1)");
  }
}
