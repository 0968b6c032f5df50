package dev.lockstep.initrd.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.progress.Narrator;
import dev.lockstep.initrd.runner.DiskVolume;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
import dev.lockstep.initrd.runner.SwapSession;
import dev.lockstep.initrd.runner.SwapVolume;
import dev.lockstep.initrd.runner.VolumeSession;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.firstboot.Goal;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Observation;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.firstboot.Undo;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.port.Keys.TpmCounter;
import io.vavr.control.Either;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Journal and disk, side by side. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Tells where the first boot stands and what the next boot would do.")
final class StatusCommand implements Callable<Integer> {

  @Mixin private DiskOptions disk;

  @picocli.CommandLine.Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Either<Refusal, Request> request = disk.request(Goal.UNDO);
    if (request.isLeft()) {
      return refuse(request.getLeft());
    }
    Either<Refusal, FirstBootSession> opened = FirstBootSession.look(request.get());
    if (opened.isLeft()) {
      return refuse(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      ObjectNode all = new JsonMapper().createObjectNode();
      for (DiskVolume volume : session.volumes()) {
        ObjectNode status =
            volume.isRoot() ? all : all.withArray("volumes").addObject().put("name", volume.name());
        try (VolumeSession one = session.open(volume)) {
          State<Phase, Intent> state = one.state();
          Observation seen = one.observe(state);
          // Seen as undo wants to see it, which is more; decided as the next boot would.
          Observation asNextBoot = seen.asking(Goal.ENCRYPT);
          fill(
              status,
              state,
              seen,
              one.machine().decide(state, asNextBoot).mapLeft(no -> no.saying(volume::said)));
        }
        tell(session, volume.name(), status);
      }
      for (SwapVolume volume : session.swaps()) {
        ObjectNode status = all.withArray("volumes").addObject().put("name", volume.name());
        try (SwapSession swap = session.open(volume)) {
          SwapBlocks.fill(status, swap);
        }
        tell(session, volume.name(), status);
      }
      session.tpmCounter().forEach(counter -> tell(counter, all));
      if (json) {
        System.out.println(all);
      }
      return 0;
    }
  }

  private void tell(FirstBootSession session, String volume, ObjectNode status) {
    if (!json && session.hasSeveral()) {
      System.out.println("volume " + volume);
    }
    if (!json) {
      print(status);
    }
  }

  private void tell(TpmCounter counter, ObjectNode all) {
    all.put("tpmFailedTries", counter.failedTries()).put("tpmMostTries", counter.mostTries());
    if (!json) {
      System.out.printf(
          "TPM         %d of %d tries failed%n", counter.failedTries(), counter.mostTries());
    }
  }

  private static int refuse(Refusal refusal) {
    return Narrator.forPerson(System.err).ended(new Ending.Stopped(refusal));
  }

  private static void fill(
      ObjectNode status,
      State<Phase, Intent> state,
      Observation seen,
      Either<Refusal, Decision<Intent, Outcome>> decision) {
    status.put("phase", state.phase().getClass().getSimpleName());
    status.put("unfinished", state.open().map(Sentences::of).getOrElse("nothing"));
    status.put("volume", seen.volume().getClass().getSimpleName());
    status.put("bootsWithoutProgress", state.boots());
    status.put("next", decision.fold(Refusal::sentence, StatusCommand::next));
    status.put("undoPossible", Undo.isPossible(state.phase(), seen));
  }

  private static void print(ObjectNode status) {
    System.out.printf(
        "journal     %s%nunfinished  %s%nvolume      %s%nnext boot   %s%nundo        %s%n",
        status.path("phase").asText(),
        status.path("unfinished").asText(),
        status.path("volume").asText(),
        status.path("next").asText(),
        status.path("undoPossible").asBoolean() ? "possible" : "not possible");
  }

  private static String next(Decision<Intent, Outcome> decision) {
    return switch (decision) {
      case Decision.Rest<Intent, Outcome>() -> "nothing is left to do";
      case Decision.Perform<Intent, Outcome>(Intent intent, String because) ->
          Sentences.of(intent) + " (" + because + ")";
      case Decision.Adopt<Intent, Outcome>(Outcome outcome, String because) ->
          "record: " + Sentences.of(outcome) + " (" + because + ")";
    };
  }
}
