package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.disk.Luck;
import dev.lockstep.simulator.fault.Misfortune;
import dev.lockstep.simulator.journal.JournalReading;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.invariant.Recovery;
import dev.lockstep.statemachine.loop.Witness;
import io.vavr.control.Option;
import java.util.function.Consumer;

/**
 * What happens from one power cut to the next: boots, each after an orderly shutdown of the one
 * before, until all is done or the boots allowed are used up.
 *
 * @param asked of the first of these boots; the others are what every boot is
 * @param start what the last cut left
 * @param reading of its journal
 * @param luck of the first of these boots with the disks
 */
record Leg(
    Simulation simulation, Wish asked, Image start, JournalReading reading, Misfortune luck) {

  Leg(Simulation simulation, Wish asked, Image start, JournalReading reading) {
    this(simulation, asked, start, reading, new Misfortune(Option.none()));
  }

  /**
   * How it ended, and what is on the media then.
   *
   * @param still whether the last boot changed neither the root nor the boot partition
   * @param quiet whether no boot that refused wrote anything
   */
  record Arrival(Recovery recovery, Image image, int moments, boolean still, boolean quiet) {}

  Arrival run(Consumer<Moment> moments) {
    return run(moments, Witness.none());
  }

  /**
   * Lets it happen.
   *
   * @param moments told of every instant at which the power may go, and may throw a {@code
   *     PowerCut}
   */
  Arrival run(Consumer<Moment> moments, Witness<Phase, Intent, Outcome> witness) {
    Image image = start;
    JournalReading journal = reading;
    int ordinal = 0;
    int boots = 0;
    boolean first = true;
    Wish wish = asked;
    boolean quiet = true;
    Computer.End end;
    Image before;
    do {
      before = image;
      Computer computer =
          new Computer(
              simulation,
              wish,
              image,
              journal,
              ordinal,
              first ? luck : Luck.GOOD,
              moments,
              witness);
      end = computer.run();
      boots += end.refused() ? 0 : 1; // the operator's wish was, not the machine's own work
      image = first && luck.struck() ? computer.atRest() : computer.shutDown();
      first = false;
      journal = journal.extendedBy(image.journal());
      quiet &= !end.refused() || wish.earlier().isEmpty() || computer.nextOrdinal() == ordinal;
      wish = Wish.ENCRYPT;
      ordinal = computer.nextOrdinal();
    } while (!end.complete() && boots < simulation.boots());
    boolean whole =
        end.undone()
            ? new Inspection(simulation, image).isAsInstalled()
            : end.complete() && Inspection.finishedContentIsWhole(simulation, image);
    return new Arrival(
        new Recovery(boots, end.complete(), end.undone(), whole, end.words()),
        image,
        ordinal,
        image.root().fingerprint().equals(before.root().fingerprint())
            && image.boot().fingerprint().equals(before.boot().fingerprint()),
        quiet);
  }
}
