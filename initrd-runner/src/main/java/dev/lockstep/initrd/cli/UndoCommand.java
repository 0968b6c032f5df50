package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.progress.Narrator;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.SwapSession;
import dev.lockstep.initrd.runner.VolumeSession;
import dev.lockstep.initrd.runner.VolumesInTurn;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The plain disk back, until the first hot zone. */
@Command(
    name = "undo",
    mixinStandardHelpOptions = true,
    description = {
      "Gives the plain disk back, as long as no data is encrypted; killed at any instant, the same"
          + " command goes on.",
      "Afterwards no boot encrypts the disk until `firstboot run --again` asks for it."
    })
final class UndoCommand implements Callable<Integer> {

  @Mixin private DiskOptions disk;

  @picocli.CommandLine.Option(
      names = "--json",
      description = "Events as JSON Lines on standard output.")
  private boolean json;

  @picocli.CommandLine.Option(
      names = "--dry-run",
      description = "Tell what would be done; write nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws IOException {
    if (dryRun) {
      return PlanCommand.plan(disk, Goal.UNDO, json);
    }
    StopSignal.listen();
    Narrator narrator = Narrator.of(json);
    return narrator.ended(run(narrator), "the disk is plain, and stays so");
  }

  private Ending run(Narrator narrator) throws IOException {
    Either<Refusal, Request> request = disk.request(Goal.UNDO);
    if (request.isLeft()) {
      return new Ending.Stopped(request.getLeft());
    }
    Either<Refusal, FirstBootSession> opened = FirstBootSession.open(request.get(), (_, _) -> true);
    if (opened.isLeft()) {
      return new Ending.Stopped(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      boolean several = session.hasSeveral();
      return new VolumesInTurn(session)
          .undo(
              new VolumesInTurn.Each() {
                @Override
                public Ending with(VolumeSession volume) throws IOException {
                  if (several) {
                    narrator.begins(volume.volume().name());
                  }
                  return volume.run(StopSignal.brake(), narrator::saw);
                }

                @Override
                public Ending with(SwapSession swap) throws IOException {
                  narrator.begins(swap.volume().name());
                  return swap.run(StopSignal.brake(), narrator::sawSwap);
                }
              });
    }
  }
}
