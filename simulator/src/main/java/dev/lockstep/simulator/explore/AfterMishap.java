package dev.lockstep.simulator.explore;

import dev.lockstep.simulator.explore.Leg.Arrival;
import dev.lockstep.statemachine.invariant.Evidence;
import dev.lockstep.statemachine.invariant.Invariant;
import dev.lockstep.statemachine.invariant.Medium;
import dev.lockstep.statemachine.luks.VolumeState;
import io.vavr.control.Option;

/**
 * What holds after somebody did something to the machine while it was off: less than after a power
 * cut, and the least that anybody may expect.
 */
final class AfterMishap {

  private AfterMishap() {}

  /** Every byte is there, and whoever must have a key to it has one. */
  record NothingLost() implements Invariant {

    @Override
    public Option<String> violatedBy(Evidence evidence) {
      Medium medium = evidence.medium();
      if (!medium.contentIsWhole()) {
        return Option.some("no way of reading the disk gives every byte of the filesystem");
      }
      boolean needsKey =
          !medium.contentIsWholeInTheClear() || medium.volume() instanceof VolumeState.Encrypted;
      return Option.when(
          needsKey && !medium.recoveryKeyIsHeld() && !medium.foreignKeyOpens(),
          "nobody holds a key of the volume");
    }
  }

  /** Everything is done, or a sentence says why not, and from then on nothing is written. */
  static Option<Violation> endsClearly(Arrival arrival) {
    boolean done = arrival.recovery().complete() && arrival.recovery().contentIsWhole();
    return Option.when(
        !done && (arrival.recovery().complete() || !arrival.still()),
        () ->
            new Violation(
                "EndsClearly",
                arrival.recovery().complete()
                    ? "it says that all is done, and the filesystem is not as it was"
                    : "it neither ends nor stands still: " + arrival.recovery().ending()));
  }
}
