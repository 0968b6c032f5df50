package dev.lockstep.simulator.mutant;

import dev.lockstep.simulator.fault.Mishap.Kind;
import dev.lockstep.simulator.journal.Release;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.machine.Machine;
import io.vavr.control.Option;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The machine with one small mistake in it, such as a tired engineer makes. The simulator must
 * catch it: otherwise it would not catch it either when somebody makes it in earnest.
 *
 * @param name as on the command line
 * @param mistake in words
 * @param scenario where it shows
 * @param machine changes what is decided
 * @param wiring changes how it is done
 * @param mishap the kind that shows it, one in a boot begun after a cut at most; none where a cut
 *     alone does
 * @param release changes how a runner writes and reads its records
 */
public record Mutant(
    String name,
    String mistake,
    String scenario,
    UnaryOperator<Machine<Phase, Intent, Outcome, Observation>> machine,
    Function<Ports, Wiring> wiring,
    Option<Kind> mishap,
    UnaryOperator<Release> release) {

  /** The usual one. */
  private static final String FIRST_BOOT = "first-boot";

  /** The outside world as the mutant sees it, and what it does there. */
  public record Wiring(Ports ports, Effects effects) {}

  /** The machine as it is. */
  public static final Mutant NONE =
      new Mutant(
          "none",
          "no mistake",
          FIRST_BOOT,
          UnaryOperator.identity(),
          ports -> new Wiring(ports, new Effects(ports)),
          Option.none(),
          UnaryOperator.identity());

  /** What a cut alone shows. */
  Mutant(
      String name,
      String mistake,
      String scenario,
      UnaryOperator<Machine<Phase, Intent, Outcome, Observation>> machine,
      Function<Ports, Wiring> wiring) {
    this(name, mistake, scenario, machine, wiring, Option.none(), UnaryOperator.identity());
  }

  static Mutant deciding(
      String name,
      String mistake,
      UnaryOperator<Machine<Phase, Intent, Outcome, Observation>> machine) {
    return new Mutant(name, mistake, FIRST_BOOT, machine, NONE.wiring);
  }

  static Mutant doing(String name, String mistake, Function<Ports, Effects> effects) {
    return new Mutant(
        name,
        mistake,
        FIRST_BOOT,
        UnaryOperator.identity(),
        ports -> new Wiring(ports, effects.apply(ports)));
  }

  static Mutant wired(String name, String mistake, Function<Ports, Wiring> wiring) {
    return new Mutant(name, mistake, FIRST_BOOT, UnaryOperator.identity(), wiring);
  }

  static Mutant released(String name, String mistake, UnaryOperator<Release> release) {
    return new Mutant(
        name, mistake, FIRST_BOOT, UnaryOperator.identity(), NONE.wiring, Option.none(), release);
  }

  Mutant shownIn(String otherScenario) {
    return new Mutant(name, mistake, otherScenario, machine, wiring, mishap, release);
  }

  Mutant shownBy(Kind kind) {
    return new Mutant(name, mistake, scenario, machine, wiring, Option.some(kind), release);
  }
}
