package dev.lockstep.simulator.mutant;

import static dev.lockstep.simulator.explore.Scenario.GROWTH;
import static dev.lockstep.simulator.explore.Scenario.USED_DISK;

import dev.lockstep.statemachine.firstboot.BehindWindow;
import dev.lockstep.statemachine.firstboot.Effects;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Ports;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys.KeyRefused;
import dev.lockstep.statemachine.port.Volume;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.List;

/** Mistakes with what lies behind the window. */
final class RestMutants {

  private RestMutants() {}

  static List<Mutant> all() {
    return List.of(unflushed(), grownVolumeWiped(), wipedWhileConverting(), growthTooEarly());
  }

  private static Mutant unflushed() {
    return Mutant.wired(
            "rest-unflushed",
            "what lies behind the window counts as overwritten before that is on the medium",
            ports -> {
              DiskMutants.DeafWhile deaf = new DiskMutants.DeafWhile(ports);
              return new Mutant.Wiring(
                  deaf.ports,
                  new Effects(deaf.ports) {
                    @Override
                    protected Either<Refusal, Outcome> clearRest(Job job, Intent.ClearRest slice)
                        throws IOException, KeyRefused {
                      deaf.now = true;
                      Either<Refusal, Outcome> cleared = super.clearRest(job, slice);
                      deaf.now = false;
                      return cleared;
                    }
                  });
            })
        .shownIn(USED_DISK);
  }

  private static Mutant grownVolumeWiped() {
    return Mutant.doing(
            "grown-volume-wiped",
            "what lies behind the window is overwritten without a look at who has grown into it",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> clearRest(Job job, Intent.ClearRest slice)
                      throws IOException {
                    overwrite(ports, job, slice.fromBytes());
                    return Either.right(
                        new Outcome.RestCleared(BehindWindow.WIPE, slice.toBytes(), "overwritten"));
                  }
                })
        .shownIn(USED_DISK);
  }

  private static Mutant wipedWhileConverting() {
    return Mutant.doing(
            "rest-wiped-while-converting",
            "all that is behind the filesystem is overwritten before the rest is converted",
            ports ->
                new Effects(ports) {
                  @Override
                  protected Either<Refusal, Outcome> convert(Job job, byte[] sealedKey)
                      throws IOException, KeyRefused {
                    if (ports.luks().look() instanceof VolumeState.Converting(_, _, long left)
                        && left < job.filesystem().endBytes()) {
                      overwrite(ports, job, job.tailOffsetBytes());
                    }
                    return super.convert(job, sealedKey);
                  }
                })
        .shownIn(USED_DISK);
  }

  private static Mutant growthTooEarly() {
    return Mutant.wired(
            "growth-too-early",
            "the filesystem is grown over the place of the head's copy before that is wiped",
            ports -> {
              Ports changed =
                  PortsWith.luks(
                      ports,
                      new ForwardedLuks(ports.luks()) {
                        @Override
                        public void finalise() throws IOException {
                          super.finalise();
                          ports.growth().settle();
                        }
                      });
              return new Mutant.Wiring(changed, new Effects(changed));
            })
        .shownIn(GROWTH);
  }

  private static void overwrite(Ports ports, Job job, long fromBytes) throws IOException {
    Volume partition = ports.volume().apply(job.partitionBytes());
    partition.scramble(fromBytes, Math.toIntExact(job.partitionBytes() - fromBytes));
  }
}
