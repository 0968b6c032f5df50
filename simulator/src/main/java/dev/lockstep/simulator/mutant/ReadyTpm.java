package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Either;

/** The machine, told that the TPM is ready whatever it is. */
record ReadyTpm(Machine<Phase, Intent, Outcome, Observation> machine)
    implements Machine<Phase, Intent, Outcome, Observation> {

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
    Facts facts = seen.facts();
    return machine.decide(
        state,
        seen.on(
            new Facts(
                facts.disk(),
                facts.partitionBytes(),
                facts.cryptsetupVersion(),
                TpmHealth.READY,
                "",
                facts.bootFreeBytes(),
                facts.onBattery())));
  }
}
