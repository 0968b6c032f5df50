package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;

/**
 * The plain copy of the head at the window's tail. It must go, and nothing else with it: between
 * two boots a person may have opened the volume and grown its filesystem, and then the tail is the
 * filesystem's. The journal can't know that, and nor can the superblock where the power went while
 * it was mounted. libcryptsetup has overwritten it with random bytes before it said that it was
 * done, with a flush of its own that fails without a word.
 */
record MovedSegment(Ports ports, Job job) {

  /**
   * Makes it unreadable, durably, and reads that back.
   *
   * @param sealedKey opens the volume, to look into it
   * @param stagedHead what the head was when it was copied, if the journal tells; if not, it is
   *     taken to be as it was
   * @param convertedInThisRun whether nobody can have opened it since it was no plain disk any more
   * @return why it is not wiped
   */
  Option<Refusal> wipe(byte[] sealedKey, Option<Digest> stagedHead, boolean convertedInThisRun)
      throws IOException, KeyRefused {
    Option<Refusal> kept = Option.none();
    if (!tail().isZero()) {
      ports.keys().recall(sealedKey);
      byte[] head = ports.luks().headInside(Math.toIntExact(job.shiftBytes()));
      kept =
          convertedInThisRun || stagedHead.forAll(Digest.of(head)::equals)
              ? wipeCopyOf(head)
              : wipeBehindFilesystem();
    }
    volume().flush(); // also of zeros that an earlier run wrote, and lost power over
    return kept;
  }

  /**
   * The head is as it was when it was copied, so what is left of the copy can be told from anything
   * that anybody has put there: it is the head's, sector by sector.
   */
  private Option<Refusal> wipeCopyOf(byte[] head) throws IOException {
    tail().zeroWhereEqual(head);
    volume().flush();
    // Also where nothing was left of it: what libcryptsetup wrote over it may not have arrived.
    return Option.when(!tail().holdsNothingOf(head), MovedSegment::notWiped);
  }

  /** The head has changed since: what is left of its copy can't be told from anything else. */
  private Option<Refusal> wipeBehindFilesystem() throws IOException, KeyRefused {
    Either<String, Long> end = ports.luks().certainFilesystemEndBytes();
    if (end.isLeft()) {
      return Option.some(endUnknown(end.getLeft()));
    }
    if (end.get() + job.shiftBytes() > job.tailOffsetBytes()) {
      return Option.some(grownTooEarly());
    }
    tail().zero();
    volume().flush();
    return Option.when(!tail().isZero(), MovedSegment::notWiped);
  }

  private static Refusal notWiped() {
    return Effects.readBackRefusal("the wiped head's copy");
  }

  private static Refusal grownTooEarly() {
    return Refusal.needsPerson(
        "GROWN_TOO_EARLY",
        "The filesystem was grown before the first boot was done, over the place where the plain"
            + " copy of its head still lies. Nothing was written: shrink it to its former size, then"
            + " run this again.");
  }

  private Refusal endUnknown(String doubt) {
    return Refusal.needsPerson(
        "OPENED_TOO_EARLY",
        "The volume was opened before the first boot was done, over the place where the plain copy"
            + " of its head still lies, and where its filesystem ends by now is not sure: "
            + doubt
            + ". Nothing was written: unmount it cleanly, then run this again; or, if it was never"
            + " grown, overwrite the %d bytes at %d of its partition with zeros."
                .formatted(job.shiftBytes(), job.tailOffsetBytes()));
  }

  private Volume volume() {
    return ports.volume().apply(job.windowBytes());
  }

  private Span tail() {
    return new Span(volume(), job.tailOffsetBytes(), job.shiftBytes());
  }
}
