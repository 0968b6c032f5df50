package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;

/**
 * Clears a slice behind the window, in pieces between which a run can be stopped. A cut leaves some
 * of them cleared, and nothing of the volume touched: it ends where the window does, as long as
 * nobody has grown its filesystem.
 */
record RestClearing(Ports ports, Job job) {

  /** The slowest disk overwrites one, and reads it back, well within a second. */
  private static final long WIPED_AT_ONCE_BYTES = 8 << 20;

  private static final long DISCARDED_AT_ONCE_BYTES = 1 << 30;

  /**
   * Makes it durable before it returns.
   *
   * @param sealedKey opens the volume, to see whether somebody has grown it
   */
  Either<Refusal, Outcome> clear(Intent.ClearRest slice, byte[] sealedKey)
      throws IOException, KeyRefused {
    Option<String> kept = whyKept(slice.how(), sealedKey);
    if (kept.isDefined()) {
      return Either.right(
          new Outcome.RestCleared(
              BehindWindow.KEEP, job.partitionBytes(), "left as it is: " + kept.get()));
    }
    Volume partition = ports.volume().apply(job.partitionBytes());
    return switch (slice.how()) {
      case KEEP -> throw new IllegalArgumentException("nothing is to be cleared");
      case DISCARD -> discard(partition, slice);
      case WIPE -> wipe(partition, slice);
    };
  }

  /**
   * Between two boots a person may have opened the finished volume and grown it: then the rest is
   * the filesystem's. The journal can't know that, the superblock does, unless the power went while
   * it was mounted: where that can't be ruled out, everything stays.
   */
  private Option<String> whyKept(BehindWindow how, byte[] sealedKey)
      throws IOException, KeyRefused {
    try {
      ports.keys().recall(sealedKey);
      return ports.luks().certainFilesystemEndBytes().fold(Option::some, this::whyTaken);
    } catch (KeyRefused closed) {
      if (how == BehindWindow.WIPE) {
        throw closed; // it was asked for, so it is not passed over
      }
      return Option.some("no key at hand shows where the filesystem ends");
    }
  }

  private Option<String> whyTaken(long filesystemEndBytes) {
    return Option.when(
        filesystemEndBytes + job.shiftBytes() > job.windowBytes(),
        "the filesystem was grown into it already");
  }

  private Either<Refusal, Outcome> discard(Volume partition, Intent.ClearRest slice)
      throws IOException {
    boolean taken = true;
    for (long at = slice.fromBytes();
        at < slice.toBytes() && taken;
        at += DISCARDED_AT_ONCE_BYTES) {
      if (at > slice.fromBytes() && !goesOn(at)) {
        return stopped();
      }
      taken = partition.discard(at, Math.min(DISCARDED_AT_ONCE_BYTES, slice.toBytes() - at));
    }
    partition.flush();
    return Either.right(
        new Outcome.RestCleared(
            taken ? BehindWindow.DISCARD : BehindWindow.KEEP,
            slice.toBytes(),
            taken
                ? "discarded; what the device gives back there is its own affair"
                : "left as it is: the device takes no discard there"));
  }

  private Either<Refusal, Outcome> wipe(Volume partition, Intent.ClearRest slice)
      throws IOException {
    for (long at = slice.fromBytes(); at < slice.toBytes(); at += WIPED_AT_ONCE_BYTES) {
      if (!goesOn(at)) {
        return stopped();
      }
      partition.scramble(at, Math.toIntExact(Math.min(WIPED_AT_ONCE_BYTES, slice.toBytes() - at)));
    }
    partition.flush();
    return Either.right(
        new Outcome.RestCleared(
            BehindWindow.WIPE, slice.toBytes(), "overwritten with random bytes and read back"));
  }

  private boolean goesOn(long atBytes) {
    return ports
        .progress()
        .at(atBytes - job.windowBytes(), job.partitionBytes() - job.windowBytes());
  }

  /** The slice has no outcome, so it is done again. */
  private static Either<Refusal, Outcome> stopped() {
    return Either.left(
        new Refusal(
            Refusal.Kind.SAFE_POINT,
            "ASKED_TO_STOP",
            "Clearing what lies behind the volume stopped at a safe point; run the same command"
                + " again to go on."));
  }
}
