package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.fault.Misfortune;
import dev.lockstep.simulator.fault.Mishap;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.invariant.History;
import io.vavr.control.Option;

/**
 * What boots begin with: what the last cut left, or what somebody made of that while the machine
 * was off.
 *
 * @param luck of the next boot
 */
record Outset(Image image, JournalReading reading, History history, Misfortune luck) {

  /**
   * Before the next boot.
   *
   * @throws IllegalArgumentException if the mishap can't come about
   */
  static Outset of(
      Simulation simulation,
      Image left,
      JournalReading reading,
      History history,
      Option<Mishap> mishap) {
    Misfortune luck = new Misfortune(mishap);
    if (!mishap.exists(one -> one.kind().isForeign())) {
      return new Outset(left, reading, history, luck);
    }
    Image made = new Foreign(simulation, left).after(mishap.get());
    JournalReading found = JournalReading.NOTHING.extendedBy(made.journal());
    return new Outset(
        made,
        found,
        new History(found.events(), Option.none(), found.state(), found.events(), found.state()),
        luck);
  }

  Leg leg(Simulation simulation, Wish asked) {
    return new Leg(simulation, asked, image, reading, luck);
  }
}
