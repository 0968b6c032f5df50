package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;

/**
 * Every byte of the filesystem can still be had: after a cut by some way of reading the disk, after
 * recovery through the finished volume.
 */
public record PlaintextPreserved() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    if (evidence.recovery().exists(after -> after.complete() && !after.contentIsWhole())) {
      return Option.some(
          "the finished volume does not give back the filesystem that was encrypted");
    }
    return Option.when(
        !evidence.medium().contentIsWhole(),
        () ->
            "no way of reading the disk gives every byte of the filesystem; the volume is "
                + evidence.medium().volume().getClass().getSimpleName());
  }
}
