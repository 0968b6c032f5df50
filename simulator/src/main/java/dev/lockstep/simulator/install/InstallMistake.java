package dev.lockstep.simulator.install;

import dev.lockstep.statemachine.install.Install;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Machine;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The install with one small mistake in it, each of which the exploration must catch. */
public enum InstallMistake {
  NONE("no mistake"),
  INSTALL_UNFLUSHED("the flush of the root filesystem does nothing"),
  INSTALL_BOOT_BEFORE_ROOT(
      "the boot partition is made where the root should be, and the root last"),
  INSTALL_UNWIPED("the wipe is recorded, and not done"),
  INSTALL_SIGNATURE_LEFT("the wipe takes the root partition for a MiB smaller than it is"),
  /** Of this project, found by this exploration. */
  INSTALL_BOOT_IN_ONE_GO("the boot partition's first sector is flushed together with the rest"),
  /** Likewise. */
  INSTALL_WIPE_IN_ONE_GO("the old partition table is flushed away together with the old content"),
  INSTALL_OTHER_REQUEST_GOES_ON("another request goes on with the plan of the one before");

  private final String mistake;

  InstallMistake(String mistake) {
    this.mistake = mistake;
  }

  /** All but the one that is none. */
  public static List<InstallMistake> mutants() {
    return Stream.of(values()).filter(mistake -> mistake != NONE).toList();
  }

  /** As in the catalogue. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** In words. */
  public String mistake() {
    return mistake;
  }

  Machine<InstallPhase, InstallIntent, InstallOutcome, InstallPlan> machine() {
    return this == INSTALL_OTHER_REQUEST_GOES_ON ? new GoesOn(new Install()) : new Install();
  }

  /** Takes whatever is asked for what was planned. */
  private record GoesOn(Install install)
      implements Machine<InstallPhase, InstallIntent, InstallOutcome, InstallPlan> {

    @Override
    public InstallPhase start() {
      return install.start();
    }

    @Override
    public InstallPhase advance(InstallPhase phase, InstallOutcome outcome) {
      return install.advance(phase, outcome);
    }

    @Override
    public boolean progressed(InstallIntent open, InstallIntent later) {
      return install.progressed(open, later);
    }

    @Override
    public Either<Refusal, Decision<InstallIntent, InstallOutcome>> decide(
        State<InstallPhase, InstallIntent> state, InstallPlan asked) {
      Option<InstallPlan> planned = InstallImage.plan(state.phase());
      return install.decide(state, planned.getOrElse(asked));
    }
  }
}
