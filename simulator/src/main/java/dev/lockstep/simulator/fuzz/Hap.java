package dev.lockstep.simulator.fuzz;

import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.fault.Mishap;
import io.vavr.control.Option;
import java.util.List;
import java.util.function.Supplier;

/**
 * A mishap as it is drawn, before anybody knows the machine that it comes to.
 *
 * @param domain of a call that fails; what is done to a machine that is off has its own
 * @param number which call, or which of the things that can be done, modulo how many there are
 */
public record Hap(Mishap.Kind kind, Domain domain, int number) {

  /** So many a boot writes at most, and only the boot partition is asked for room. */
  private static final int FILES = 4;

  /** What comes of it here; nothing where it can't come about. */
  Option<Mishap> among(Supplier<List<Mishap>> possible) {
    if (kind == Mishap.Kind.NO_ROOM) { // as any call it would hardly ever come about
      return Option.some(new Mishap(kind, Domain.BOOT, number % FILES));
    }
    if (!kind.isForeign()) {
      return Option.some(new Mishap(kind, domain, number));
    }
    List<Mishap> alike = possible.get().stream().filter(one -> one.kind() == kind).toList();
    return Option.when(!alike.isEmpty(), () -> alike.get(number % alike.size()));
  }
}
