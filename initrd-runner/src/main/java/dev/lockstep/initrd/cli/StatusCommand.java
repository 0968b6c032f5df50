package dev.lockstep.initrd.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.initrd.progress.Narrator;
import dev.lockstep.initrd.runner.FirstBootSession;
import dev.lockstep.initrd.runner.FirstBootSession.Request;
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
    Either<Refusal, FirstBootSession> opened = FirstBootSession.open(request.get(), (_, _) -> true);
    if (opened.isLeft()) {
      return refuse(opened.getLeft());
    }
    try (FirstBootSession session = opened.get()) {
      State<Phase, Intent> state = session.state();
      Observation seen = session.observe(state);
      // Seen as undo wants to see it, which is more; decided as the next boot would.
      Observation asNextBoot = seen.asking(Goal.ENCRYPT);
      print(
          state,
          seen,
          Undo.isPossible(state.phase(), seen),
          session.machine().decide(state, asNextBoot));
      return 0;
    }
  }

  private static int refuse(Refusal refusal) {
    return Narrator.forPerson(System.err).ended(new Ending.Stopped(refusal));
  }

  private void print(
      State<Phase, Intent> state,
      Observation seen,
      boolean undoPossible,
      Either<Refusal, Decision<Intent, Outcome>> decision) {
    String phase = state.phase().getClass().getSimpleName();
    String open = state.open().map(Sentences::of).getOrElse("nothing");
    String volume = seen.volume().getClass().getSimpleName();
    String next = decision.fold(Refusal::sentence, StatusCommand::next);
    if (json) {
      ObjectNode status = new JsonMapper().createObjectNode();
      status.put("phase", phase).put("unfinished", open).put("volume", volume);
      status.put("bootsWithoutProgress", state.boots()).put("next", next);
      status.put("undoPossible", undoPossible);
      System.out.println(status);
      return;
    }
    System.out.printf(
        "journal     %s%nunfinished  %s%nvolume      %s%nnext boot   %s%nundo        %s%n",
        phase, open, volume, next, undoPossible ? "possible" : "not possible");
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
