package dev.lockstep.statemachine.install;

import dev.lockstep.statemachine.install.InstallPhase.Complete;
import dev.lockstep.statemachine.install.InstallPhase.Contradiction;
import dev.lockstep.statemachine.install.InstallPhase.EspMade;
import dev.lockstep.statemachine.install.InstallPhase.Partitioned;
import dev.lockstep.statemachine.install.InstallPhase.Planned;
import dev.lockstep.statemachine.install.InstallPhase.RootMade;
import dev.lockstep.statemachine.install.InstallPhase.Untouched;
import dev.lockstep.statemachine.install.InstallPhase.Wiped;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;

/**
 * The machine of an install. It is what the operator asked for that is observed: the same request
 * goes on where the last run was cut, another one begins anew.
 */
public final class Install
    implements Machine<InstallPhase, InstallIntent, InstallOutcome, InstallPlan> {

  @Override
  public InstallPhase start() {
    return new Untouched();
  }

  @Override
  public InstallPhase advance(InstallPhase from, InstallOutcome outcome) {
    return switch (outcome) {
      case InstallOutcome.Planned(InstallPlan plan) -> new Planned(plan);
      case InstallOutcome.Wiped() when from instanceof Planned(var plan) -> new Wiped(plan);
      case InstallOutcome.PartitionTableWritten _ when from instanceof Wiped(var plan) ->
          new Partitioned(plan);
      case InstallOutcome.RootMade _ when from instanceof Partitioned(var plan) ->
          new RootMade(plan);
      case InstallOutcome.EspMade _ when from instanceof RootMade(var plan) -> new EspMade(plan);
      case InstallOutcome.BootMade _ when from instanceof EspMade(var plan) -> new Complete(plan);
      case InstallOutcome unfitting ->
          new Contradiction(
              unfitting.getClass().getSimpleName() + " after " + from.getClass().getSimpleName());
    };
  }

  @Override
  public boolean progressed(InstallIntent open, InstallIntent later) {
    return false;
  }

  @Override
  public Either<Refusal, Decision<InstallIntent, InstallOutcome>> decide(
      State<InstallPhase, InstallIntent> state, InstallPlan asked) {
    return switch (state.phase()) {
      case Untouched() -> plan(asked);
      case Planned(InstallPlan plan) -> onward(plan, asked, new InstallIntent.Wipe());
      case Wiped(InstallPlan plan) -> onward(plan, asked, new InstallIntent.WritePartitionTable());
      case Partitioned(InstallPlan plan) -> onward(plan, asked, new InstallIntent.MakeRoot());
      case RootMade(InstallPlan plan) -> onward(plan, asked, new InstallIntent.MakeEsp());
      case EspMade(InstallPlan plan) -> onward(plan, asked, new InstallIntent.MakeBoot());
      case Complete(InstallPlan plan) ->
          sameRequest(plan, asked) ? Either.right(new Decision.Rest<>()) : plan(asked);
      case Contradiction(String what) ->
          Either.left(
              new Refusal(
                  Refusal.Kind.JOURNAL,
                  "CONTRADICTION",
                  "The install's journal tells of steps that can't follow each other ("
                      + what
                      + "); remove its folder and install again."));
    };
  }

  private static Either<Refusal, Decision<InstallIntent, InstallOutcome>> onward(
      InstallPlan plan, InstallPlan asked, InstallIntent next) {
    return sameRequest(plan, asked)
        ? Either.right(new Decision.Perform<>(next, "NEXT_IN_ORDER"))
        : plan(asked);
  }

  private static boolean sameRequest(InstallPlan plan, InstallPlan asked) {
    return plan.request().equals(asked.request()) && plan.diskBytes() == asked.diskBytes();
  }

  private static Either<Refusal, Decision<InstallIntent, InstallOutcome>> plan(InstallPlan asked) {
    return Either.right(new Decision.Adopt<>(new InstallOutcome.Planned(asked), "REQUESTED"));
  }
}
