package dev.lockstep.simulator.install;

import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
import dev.lockstep.simulator.disk.DiskImage;
import dev.lockstep.simulator.disk.Domain;
import dev.lockstep.simulator.disk.Fingerprint;
import dev.lockstep.simulator.disk.PendingWrite;
import dev.lockstep.statemachine.install.InstallIntent;
import dev.lockstep.statemachine.install.InstallOutcome;
import dev.lockstep.statemachine.install.InstallPhase;
import dev.lockstep.statemachine.install.InstallPhase.Complete;
import dev.lockstep.statemachine.install.InstallPhase.Contradiction;
import dev.lockstep.statemachine.install.InstallPhase.EspMade;
import dev.lockstep.statemachine.install.InstallPhase.Partitioned;
import dev.lockstep.statemachine.install.InstallPhase.Planned;
import dev.lockstep.statemachine.install.InstallPhase.RootMade;
import dev.lockstep.statemachine.install.InstallPhase.Untouched;
import dev.lockstep.statemachine.install.InstallPhase.Wiped;
import dev.lockstep.statemachine.install.InstallPlan;
import dev.lockstep.statemachine.machine.State;
import io.vavr.control.Option;
import java.util.List;

/**
 * All that is on the media while the power is off.
 *
 * @param disk that is installed to
 * @param journal in the work folder
 */
record InstallImage(DiskImage disk, DiskImage journal) {

  static final EventCodec<InstallIntent, InstallOutcome> CODEC = new EventCodec<>(Family.INSTALL);

  /** An old system that boots, and a signature of a still earlier use. */
  static final InstallImage START =
      new InstallImage(
          Blueprint.OLD
              .disk(DiskReading.WHOLE_COPY)
              .with(
                  Blueprint.OLD.place(Piece.OLD_SIGNATURE),
                  Blueprint.OLD.sector(Piece.OLD_SIGNATURE, "")),
          DiskImage.BLANK);

  /** What matters of it: the count of boots is left out, or there would be no end of states. */
  record Key(Fingerprint disk, InstallPhase phase, Option<InstallIntent> open, boolean torn) {}

  /**
   * The same for images from which all goes on alike.
   *
   * @param torn whether the journal's last record is
   */
  Key key(State<InstallPhase, InstallIntent> state, boolean torn) {
    return new Key(disk.fingerprint(), state.phase(), state.open(), torn);
  }

  InstallImage with(List<PendingWrite> writes) {
    return new InstallImage(
        disk.with(in(Domain.ROOT, writes)), journal.with(in(Domain.JOURNAL, writes)));
  }

  private static List<PendingWrite> in(Domain domain, List<PendingWrite> writes) {
    return writes.stream().filter(write -> write.domain() == domain).toList();
  }

  /** {@link DiskReading#worst}. */
  InstallImage worst(InstallPhase phase) {
    return new InstallImage(new DiskReading(disk).worst(phase), journal);
  }

  /** The work folder is renamed, and so gone as a whole, before its files are removed. */
  InstallImage withoutJournal() {
    return new InstallImage(disk, DiskImage.BLANK);
  }

  /** What this request would be made into: with identifiers that nothing has yet. */
  Blueprint drawnFor(Request request, InstallPhase phase) {
    DiskReading reading = new DiskReading(disk);
    int number = 1;
    while (reading.knows(number) || isOf(phase, number)) {
      number++;
    }
    return new Blueprint(request, number);
  }

  private static boolean isOf(InstallPhase phase, int number) {
    return plan(phase).exists(plan -> Blueprint.of(plan).number() == number);
  }

  static Option<InstallPlan> plan(InstallPhase phase) {
    return switch (phase) {
      case Untouched _, Contradiction _ -> Option.none();
      case Planned(InstallPlan plan) -> Option.some(plan);
      case Wiped(InstallPlan plan) -> Option.some(plan);
      case Partitioned(InstallPlan plan) -> Option.some(plan);
      case RootMade(InstallPlan plan) -> Option.some(plan);
      case EspMade(InstallPlan plan) -> Option.some(plan);
      case Complete(InstallPlan plan) -> Option.some(plan);
    };
  }
}
