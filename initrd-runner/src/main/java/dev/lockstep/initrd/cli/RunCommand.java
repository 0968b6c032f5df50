package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.progress.Narrator;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.SwapSession;
import dev.lockstep.initrd.runner.VolumeSession;
import dev.lockstep.initrd.runner.VolumesInTurn;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.loop.Brake;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Goes on from wherever the disk is. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Encrypts the disk; killed at any instant, the same command goes on.")
final class RunCommand implements Callable<Integer> {

  @Mixin private DiskOptions disk;

  @picocli.CommandLine.Option(
      names = "--json",
      description = "Events and progress as JSON Lines on standard output.")
  private boolean json;

  @picocli.CommandLine.Option(
      names = "--progress-fd",
      paramLabel = "N",
      description = "Also write events and progress as JSON Lines to this open descriptor.")
  private Integer progressDescriptor;

  @picocli.CommandLine.Option(
      names = "--dry-run",
      description = "Tell what would be done, as `firstboot plan` does; write nothing.")
  private boolean dryRun;

  @picocli.CommandLine.Option(
      names = "--stop-after",
      paramLabel = "PHASE",
      description = "Stop at a safe point once this phase is reached, for example HeadStaged.")
  private String stopAfter;

  @picocli.CommandLine.Option(
      names = "--again",
      description = "Encrypt although it was undone before.")
  private boolean again;

  @picocli.CommandLine.Option(
      names = "--growth",
      defaultValue = "here",
      paramLabel = "here|at-boot",
      converter = GrowthPlace.Name.class,
      description =
          "Grow the filesystem into its partition here, where device-mapper allows, or leave that to"
              + " the machine's own boot. Default: here.")
  private GrowthPlace growth;

  /** Who grows the filesystem, as the option has it. */
  enum GrowthPlace {
    HERE,
    AT_BOOT;

    /** {@code at-boot} as an enum's name. */
    static final class Name implements picocli.CommandLine.ITypeConverter<GrowthPlace> {
      @Override
      public GrowthPlace convert(String text) {
        return switch (text) {
          case "here" -> HERE;
          case "at-boot" -> AT_BOOT;
          default ->
              throw new picocli.CommandLine.TypeConversionException(
                  "'" + text + "' is neither here nor at-boot");
        };
      }
    }
  }

  private Goal goal() {
    return again ? Goal.ENCRYPT_AGAIN : Goal.ENCRYPT;
  }

  @Override
  public Integer call() throws IOException {
    if (dryRun) {
      return PlanCommand.plan(disk, goal(), json);
    }
    StopSignal.listen();
    try (ProgressOutput progress = ProgressOutput.open(progressDescriptor)) {
      Narrator narrator = Narrator.of(json).beside(progress.stream());
      return narrator.ended(run(narrator));
    }
  }

  private Ending run(Narrator narrator) throws IOException {
    Either<Refusal, Request> request =
        disk.request(goal())
            .map(asked -> growth == GrowthPlace.HERE ? asked : asked.withoutGrowth());
    if (request.isLeft()) {
      return new Ending.Stopped(request.getLeft());
    }
    Either<Refusal, FirstBootSession> opened =
        FirstBootSession.open(
            request.get(),
            (done, total) -> narrator.converted(done, total, !StopSignal.requested()));
    if (opened.isLeft()) {
      return new Ending.Stopped(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      boolean several = session.hasSeveral();
      return new VolumesInTurn(session)
          .encrypt(
              new VolumesInTurn.Each() {
                @Override
                public Ending with(VolumeSession volume) throws IOException {
                  if (several) {
                    narrator.begins(volume.volume().name());
                  }
                  return run(volume, narrator);
                }

                @Override
                public Ending with(SwapSession swap) throws IOException {
                  narrator.begins(swap.volume().name());
                  return swap.run(brake(), narrator::sawSwap);
                }
              });
    }
  }

  private Ending run(VolumeSession volume, Narrator narrator) throws IOException {
    boolean handoverAhead = isBeforeHandover(volume.state().phase()) && !volume.hasRecoverySlot();
    Option<Refusal> objection =
        handoverAhead ? disk.keysObjection(volume.handover()) : Option.none();
    return objection.isDefined()
        ? new Ending.Stopped(objection.get())
        : volume.run(brake(), narrator::saw);
  }

  private boolean isBeforeHandover(Phase phase) {
    return switch (phase) {
      case Phase.Untouched _, Phase.Cleared _, Phase.KeySealed _, Phase.HeaderPrepared _ -> true;
      case Phase.Undone _ -> again;
      case Phase.InTheClear _, Phase.UnderLuks _, Phase.Withdrawing _, Phase.Contradiction _ ->
          false;
    };
  }

  private <P, I> Brake<P, I> brake() {
    return state ->
        StopSignal.<P, I>brake()
            .pulled(state)
            .orElse(
                () ->
                    Option.when(
                        state.phase().getClass().getSimpleName().equals(stopAfter),
                        () -> StopSignal.safePoint("STOP_AFTER")));
  }
}
