package dev.lockstep.simulator.mutant;

import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Placement;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Digest;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.List;

/** Mistakes on the way back to the plain disk. */
final class UndoMutants {

  private static final String UNDO = "undo";

  private UndoMutants() {}

  static List<Mutant> all() {
    return List.of(undoneTooLate(), restoredHeadUnflushed(), configurationLeft());
  }

  private static Mutant undoneTooLate() {
    return Mutant.deciding(
            "undone-too-late",
            "the head is put back although libcryptsetup has written to the header since",
            HeaderTakenForUntouched::new)
        .shownIn(UNDO);
  }

  /** Sees the header as it was placed, whatever is there. */
  private record HeaderTakenForUntouched(Machine<Phase, Intent, Outcome, Observation> machine)
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
      return machine.decide(
          state,
          switch (state.phase()) {
            case Phase.HeaderPlaced(var _, Placement placement) -> with(placement.header(), seen);
            case Phase.HeadToRestore(var _, Placement placement)
                when !seen.head().contains(placement.head()) ->
                with(placement.header(), seen);
            case Phase _ -> seen;
          });
    }

    private static Observation with(Digest head, Observation seen) {
      return seen.withHead(head);
    }
  }

  private static Mutant restoredHeadUnflushed() {
    return Mutant.wired(
            "restored-head-unflushed",
            "the flush after the head was put back is left out",
            ports -> {
              DiskMutants.DeafWhile deaf = new DiskMutants.DeafWhile(ports);
              return new Mutant.Wiring(
                  deaf.ports,
                  new Effects(deaf.ports) {
                    @Override
                    protected Either<Refusal, Outcome> restoreHead(Job job, Placement placement)
                        throws IOException {
                      deaf.now = true;
                      Either<Refusal, Outcome> restored = super.restoreHead(job, placement);
                      deaf.now = false;
                      return restored;
                    }
                  });
            })
        .shownIn(UNDO);
  }

  private static Mutant configurationLeft() {
    return Mutant.doing(
            "configuration-left",
            "what was written into the plain root is not taken out again",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> unstageConfiguration() {
                    return Either.right(new Outcome.ConfigurationUnstaged());
                  }
                })
        .shownIn(UNDO);
  }
}
