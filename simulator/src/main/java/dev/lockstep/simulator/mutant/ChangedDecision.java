package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;

/** The machine, with some of its decisions replaced. */
record ChangedDecision(Machine<Phase, Intent, Outcome, Observation> machine, Change change)
    implements Machine<Phase, Intent, Outcome, Observation> {

  /** Gets what the machine decided, and returns that or something else. */
  interface Change {
    Decision<Intent, Outcome> instead(
        Decision<Intent, Outcome> decided, Phase phase, Observation seen);
  }

  @Override
  public Phase start() {
    return machine.start();
  }

  @Override
  public Phase advance(Phase phase, Outcome outcome) {
    return machine.advance(phase, outcome);
  }

  @Override
  public boolean progressed(Intent open, Intent later) {
    return machine.progressed(open, later);
  }

  @Override
  public Either<Refusal, Decision<Intent, Outcome>> decide(
      State<Phase, Intent> state, Observation seen) {
    return machine.decide(state, seen).map(decided -> change.instead(decided, state.phase(), seen));
  }
}
