package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Case.TAKEN_OVER;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.luks.VolumeState.Plain;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Inside;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A volume under LUKS2 while the journal says that there is none: its records were lost, or another
 * tool began the conversion. The metadata alone tells how far it is, and it is gone on with where
 * that is safe: where it is a conversion of our kind, and a key at hand opens it.
 */
final class TakeOver {

  private static final Refusal NOT_STAGED =
      Refusal.preflight(
          "NOT_LOCKSTEPS_VOLUME",
          "The partition is under LUKS2, and it was not Lockstep that began it; finish it with the"
              + " tool that did, and take it out of the policy.");

  private TakeOver() {}

  static boolean isOf(VolumeState volume) {
    return switch (volume) {
      case VolumeState.Converting _, VolumeState.ConvertedNotFinalised _, VolumeState.Encrypted _ ->
          true;
      case VolumeState.Plain _, VolumeState.Unrecognised _, VolumeState.ForeignConversion _ ->
          false;
    };
  }

  /**
   * Takes the volume over, or says why not.
   *
   * @param otherwise what a finished volume means, where nothing is left to do for it
   */
  static Either<Refusal, Decision<Intent, Outcome>> decide(Observation seen, Refusal otherwise) {
    boolean ours = seen.discovery().exists(Discovery::madeByLockstep);
    if (seen.policy().role() == Role.DATA && !ours) {
      return FirstBoot.stop(NOT_STAGED); // nothing in the root would ever open it
    }
    return switch (seen.volume()) {
      case VolumeState.Converting(var uuid, long windowBytes, var _) ->
          underWay(uuid, windowBytes, seen);
      case VolumeState.ConvertedNotFinalised(var uuid, long windowBytes) ->
          underWay(uuid, windowBytes, seen);
      case VolumeState.Encrypted(var uuid, var _) -> finished(uuid, seen, otherwise);
      case VolumeState.Plain _, VolumeState.Unrecognised _, VolumeState.ForeignConversion _ ->
          FirstBoot.stop(otherwise);
    };
  }

  private static Either<Refusal, Decision<Intent, Outcome>> underWay(
      UUID uuid, long windowBytes, Observation seen) {
    if (windowBytes > seen.facts().partitionBytes()) {
      return FirstBoot.stop(Disagreement.WINDOW_DIFFERS.refusal());
    }
    return inside(seen)
        .filterOrElse(
            inside -> endBytes(inside) <= windowBytes,
            _ -> Disagreement.FILESYSTEM_CUT_OFF.refusal())
        .flatMap(
            inside ->
                FirstBoot.adopt(
                    new Outcome.TakenOver(job(inside, windowBytes, seen), uuid, false),
                    TAKEN_OVER));
  }

  /**
   * Ours, and its boot entry not switched yet: the last steps are left. Whoever finalised it wiped
   * the head's copy before, so where that lay need not be known any more.
   */
  private static Either<Refusal, Decision<Intent, Outcome>> finished(
      UUID uuid, Observation seen, Refusal otherwise) {
    boolean ours = seen.discovery().exists(Discovery::madeByLockstep);
    if (!ours || seen.entryWithTrigger().isEmpty()) {
      return FirstBoot.stop(otherwise);
    }
    return inside(seen)
        .flatMap(
            inside -> {
              long windowBytes = Math.min(endBytes(inside), seen.facts().partitionBytes());
              return FirstBoot.adopt(
                  new Outcome.TakenOver(job(inside, windowBytes, seen), uuid, true), TAKEN_OVER);
            });
  }

  /** What can be seen of it, once nothing else is against going on. */
  private static Either<Refusal, Inside> inside(Observation seen) {
    return Preflight.takeOver(seen)
        .flatMap(
            _ ->
                seen.discovery()
                    .map(Discovery::inside)
                    .getOrElse(() -> Either.left(""))
                    .mapLeft(Disagreement.UNKNOWN_CONVERSION::refusal));
  }

  /** Of the window that a filesystem of this size needs. */
  private static long endBytes(Inside inside) {
    return inside.filesystem().endBytes() + 2 * inside.shiftBytes();
  }

  private static Job job(Inside inside, long windowBytes, Observation seen) {
    Plain found = inside.filesystem();
    // A finished filesystem may have grown by then; the job's is no larger than its window.
    long endBytes = Math.min(found.endBytes(), windowBytes - 2 * inside.shiftBytes());
    Job job =
        new Job(
            seen.facts().disk(),
            new Plain(found.filesystem(), found.uuid(), endBytes, found.blockBytes()),
            inside.shiftBytes(),
            windowBytes,
            seen.facts().partitionBytes(),
            Preflight.pcrs(seen),
            slots(seen));
    return job.as(seen.policy().role());
  }

  /** Of our own volume those it was begun with; another tool's gets what the policy wants. */
  private static List<Slot> slots(Observation seen) {
    Option<Discovery> ours = seen.discovery().filter(Discovery::madeByLockstep);
    if (ours.isEmpty()) {
      return Preflight.slots(seen);
    }
    Set<Slot> begun = EnumSet.of(Slot.RECOVERY);
    begun.addAll(ours.get().slots());
    begun.remove(Slot.CONVERSION);
    return List.copyOf(begun);
  }

  /** The finished volume's next missing key; the recovery key goes before all others. */
  static Option<Slot> missing(Job job, Set<Slot> slots) {
    if (!slots.contains(Slot.RECOVERY)) {
      return Option.some(Slot.RECOVERY);
    }
    return Option.ofOptional(
        job.slots().stream().filter(slot -> !slots.contains(slot)).findFirst());
  }
}
