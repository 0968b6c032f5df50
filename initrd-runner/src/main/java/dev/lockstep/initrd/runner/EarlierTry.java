package dev.lockstep.initrd.runner;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Option;
import java.util.List;

/**
 * What a volume's journal tells of recovery keys that were handed over.
 *
 * @param begun whether it was tried at all
 * @param where the last one went, in words; nothing where the power went before that was told
 */
record EarlierTry(boolean begun, Option<String> where) {

  static EarlierTry in(List<Event<Intent, Outcome>> past) {
    EarlierTry known = new EarlierTry(false, Option.none());
    for (Event<Intent, Outcome> event : past) {
      known =
          switch (event) {
            case Event.Intended<Intent, Outcome>(Intent.HandOverRecoveryKey _, String _) ->
                new EarlierTry(true, known.where());
            case Event.Intended<Intent, Outcome>(Intent.EnrolKey(Slot slot), String _)
                when slot == Slot.RECOVERY ->
                new EarlierTry(true, known.where());
            case Event.Completed<Intent, Outcome>(Outcome.RecoveryKeyHandedOver(String how)) ->
                new EarlierTry(true, Option.some(how));
            case Event.Completed<Intent, Outcome>(Outcome.KeyEnrolled(Slot slot, String how))
                when slot == Slot.RECOVERY ->
                new EarlierTry(true, Option.some(how));
            case Event<Intent, Outcome> _ -> known;
          };
    }
    return known;
  }

  /** Whether what is at this place is a key of that try, and no other disk's. */
  boolean mayReplace(String place) {
    return begun && where.forAll(told -> List.of(told.split(", ")).contains(place));
  }
}
