package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.FirstBoot;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;

/**
 * From the placing of the header on, the journal only goes forward, and no conversion ever has more
 * left than before. While the disk is plain, things may be made again; and the operator may have it
 * all undone.
 */
public record MonotonicProgress() implements Invariant {

  private static final FirstBoot MACHINE = new FirstBoot();

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    State<Phase, Intent> state = State.in(MACHINE.start());
    int rank = 0;
    long remainingBytes = Long.MAX_VALUE;
    for (Event<Intent, Outcome> event : evidence.history().replayed()) {
      state = MACHINE.evolve(state, event);
      int now = rank(state.phase());
      if (state.phase() instanceof Phase.Withdrawing) {
        remainingBytes = Long.MAX_VALUE; // it is begun anew if the operator asks again
      } else if (now < rank) {
        return Option.some(state.phase().getClass().getSimpleName() + " comes a second time");
      }
      rank = now;
      if (event instanceof Event.Intended<Intent, Outcome>(Intent.Convert(long left), String _)) {
        if (left > remainingBytes) {
          return Option.some("more is left to convert than before: " + left + " bytes");
        }
        remainingBytes = left;
      }
    }
    return Option.none();
  }

  private static int rank(Phase phase) {
    return switch (phase) {
      case Phase.Untouched _, Phase.InTheClear _, Phase.Withdrawing _ -> 0;
      case Phase.HeaderPlaced _, Phase.TakenOver _ -> 1;
      case Phase.Converted _ -> 2;
      case Phase.Finalised _ -> 3;
      case Phase.MovedSegmentWiped _ -> 4;
      case Phase.RestCleared _ -> 5;
      case Phase.GrowthSettled _ -> 6;
      case Phase.VolumeProven _ -> 7;
      case Phase.ConversionKeyRetired _ -> 8;
      case Phase.LeftoversRemoved _ -> 9;
      case Phase.Anchored _ -> 10;
      case Phase.EntryWritten _ -> 11;
      case Phase.Complete _, Phase.TpmAdded _ -> 12; // and there and back
      case Phase.Contradiction _ -> -1;
    };
  }
}
