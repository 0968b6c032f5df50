package dev.lockstep.simulator.mutant;

import static dev.lockstep.simulator.explore.Scenario.TAKE_OVER;

import dev.lockstep.simulator.luks.ModelLuks;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.List;

/** Mistakes with a volume that another tool began. */
final class TakeOverMutants {

  private TakeOverMutants() {}

  static List<Mutant> all() {
    return List.of(slotBeforeItsKey(), enrolmentUnnoted());
  }

  private static Mutant slotBeforeItsKey() {
    return Mutant.doing(
            "recovery-slot-before-its-key",
            "the recovery key's slot is added before the key is in the operator's hands",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> enrolKey(Job job, Slot slot)
                      throws IOException, KeyRefused {
                    if (slot != Slot.RECOVERY) {
                      return super.enrolKey(job, slot);
                    }
                    ports.keys().unseal(new byte[0]);
                    ports.keys().makeRecoveryKey();
                    ports.luks().addSlot(slot, job.pcrs());
                    volume(job).flush();
                    return Either.right(
                        new Outcome.KeyEnrolled(slot, ports.keys().handOverRecoveryKey()));
                  }
                })
        .shownIn(TAKE_OVER);
  }

  /** Of this project, found by cutting the real tools at each sync point. */
  private static Mutant enrolmentUnnoted() {
    return Mutant.doing(
            "enrolment-unnoted",
            "a slot is added without a note of those that were there before",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> enrolKey(Job job, Slot slot)
                      throws IOException, KeyRefused {
                    ports.keys().recall(anySealedKey());
                    if (slot == Slot.RECOVERY) {
                      ports.keys().makeRecoveryKey();
                      String _ = ports.keys().handOverRecoveryKey();
                    }
                    ((ModelLuks) ports.luks()).addSlotUnnoted(slot);
                    volume(job).flush();
                    return Either.right(new Outcome.KeyEnrolled(slot, "unnoted"));
                  }
                })
        .shownIn(TAKE_OVER);
  }
}
