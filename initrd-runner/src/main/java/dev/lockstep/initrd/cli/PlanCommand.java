package dev.lockstep.initrd.cli;

import dev.lockstep.initrd.progress.Narrator;
import dev.lockstep.initrd.runner.DiskVolume;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.SwapSession;
import dev.lockstep.initrd.runner.SwapVolume;
import dev.lockstep.initrd.runner.VolumeSession;
import dev.lockstep.initrd.runner.VolumesInTurn;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.firstboot.Foresight;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Job;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.SwapForesight;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The steps ahead, by the same decider that a run asks. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Tells what a run would do, with byte ranges; writes nothing.")
final class PlanCommand implements Callable<Integer> {

  @Mixin private DiskOptions disk;

  @picocli.CommandLine.Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    return plan(disk, Goal.ENCRYPT, json);
  }

  static int plan(DiskOptions options, Goal goal, boolean json) throws IOException {
    Either<Refusal, Request> request = options.request(goal);
    if (request.isLeft()) {
      return refuse(request.getLeft());
    }
    Either<Refusal, FirstBootSession> opened = FirstBootSession.look(request.get());
    if (opened.isLeft()) {
      return refuse(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      Map<DiskVolume, List<Foresight.Step>> plans = new LinkedHashMap<>();
      List<Refusal> kept = new ArrayList<>();
      for (DiskVolume volume : session.volumes()) {
        Either<Refusal, List<Foresight.Step>> ahead = ahead(session, volume);
        if (ahead.isRight()) {
          plans.put(volume, ahead.get());
        } else if (isTooLate(goal, ahead.getLeft())) {
          kept.add(ahead.getLeft().saying(volume::said));
        } else {
          return refuse(ahead.getLeft().saying(volume::said));
        }
      }
      Map<SwapVolume, List<SwapForesight.Step>> swaps = new LinkedHashMap<>();
      for (SwapVolume volume : session.swaps()) {
        try (SwapSession swap = session.open(volume)) {
          Either<Refusal, List<SwapForesight.Step>> ahead = SwapBlocks.ahead(swap);
          if (ahead.isRight()) {
            swaps.put(volume, ahead.get());
          } else if (isTooLate(goal, ahead.getLeft())) {
            kept.add(ahead.getLeft().saying(volume::said));
          } else {
            return refuse(ahead.getLeft().saying(volume::said));
          }
        }
      }
      Option<Refusal> objection =
          goal == Goal.UNDO ? Option.none() : new VolumesInTurn(session).objection();
      if (objection.isDefined()) {
        return refuse(objection.get());
      }
      print(plans, swaps, session.hasSeveral(), json, System.out);
      return kept.isEmpty() ? 0 : refuse(VolumesInTurn.together(kept));
    }
  }

  /** An undo does the others all the same. */
  private static boolean isTooLate(Goal goal, Refusal refusal) {
    return goal == Goal.UNDO && refusal.kind() == Refusal.Kind.PREFLIGHT;
  }

  private static Either<Refusal, List<Foresight.Step>> ahead(
      FirstBootSession session, DiskVolume volume) throws IOException {
    try (VolumeSession opened = session.open(volume)) {
      State<Phase, Intent> state = opened.state();
      return Foresight.of(state, opened.observe(state));
    }
  }

  private static int refuse(Refusal refusal) {
    return Narrator.forPerson(System.err).ended(new Ending.Stopped(refusal));
  }

  private static void print(
      Map<DiskVolume, List<Foresight.Step>> plans,
      Map<SwapVolume, List<SwapForesight.Step>> swaps,
      boolean named,
      boolean json,
      PrintStream out) {
    if (json) {
      out.println(PlanJson.of(plans, swaps));
      return;
    }
    plans.forEach(
        (volume, steps) -> {
          if (named) {
            out.println("volume " + volume.name());
          }
          print(volume, steps, out);
        });
    swaps.forEach(
        (volume, steps) -> {
          out.println("volume " + volume.name());
          SwapBlocks.print(steps, volume.partition().place().sizeBytes(), out);
        });
  }

  private static void print(DiskVolume volume, List<Foresight.Step> steps, PrintStream out) {
    if (steps.isEmpty()) {
      out.println("Nothing is left to do.");
    }
    int number = 0;
    for (Foresight.Step step : steps) {
      number++;
      out.printf(
          "%2d  %s%n",
          number,
          step.intent().map(Sentences::of).getOrElse("check: " + Sentences.of(step.outcome())));
      ranges(step).forEach(range -> out.println("      " + volume.of(range)));
    }
  }

  /** The bytes of the root partition that a step writes. */
  static Option<String> ranges(Foresight.Step step) {
    Option<Job> job =
        switch (step.from()) {
          case Phase.InTheClear plain -> Option.some(plain.job());
          case Phase.UnderLuks under -> Option.some(under.job());
          case Phase.Withdrawing back -> Option.some(back.job());
          case Phase.Untouched _, Phase.Contradiction _ -> Option.none();
        };
    return job.flatMap(j -> step.intent().flatMap(intent -> range(intent, j)));
  }

  private static Option<String> range(Intent intent, Job job) {
    return switch (intent) {
      case Intent.StageHead _, Intent.InitialiseHeader _, Intent.WipeMovedSegment _ ->
          bytes(job.tailOffsetBytes(), job.windowBytes());
      case Intent.PlaceHeader _, Intent.RestoreHead _ -> bytes(0, job.shiftBytes());
      case Intent.ClearRest(var _, long from, long to) -> bytes(from, to);
      case Intent.Convert _ -> bytes(0, job.windowBytes());
      case Intent.Finalise _, Intent.RetireConversionKey _, Intent.AnchorJournal _ ->
          bytes(0, job.shiftBytes());
      case Intent _ -> Option.none();
    };
  }

  private static Option<String> bytes(long from, long to) {
    return Option.some("bytes %d to %d of the root partition".formatted(from, to));
  }
}
