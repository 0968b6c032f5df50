package dev.lockstep.simulator.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.event.Sentences;
import dev.lockstep.simulator.demo.ModelDemo;
import dev.lockstep.simulator.explore.ModelStory;
import dev.lockstep.simulator.explore.ModelStory.Chapter;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Event;
import java.io.PrintStream;

/** {@code demo --model}: the machine of the real demo, unmodified, on modelled hardware. */
final class ModelStoryDemo implements ModelDemo {

  @Override
  public int tell(int cuts, long seed, boolean json) {
    ModelStory story = ModelStory.random(cuts, seed);
    for (Chapter chapter : story.chapters()) {
      tell(chapter, System.err);
    }
    long records = story.chapters().stream().filter(Chapter.Recorded.class::isInstance).count();
    long cutsHad = story.chapters().size() - records;
    boolean complete = story.violation().isEmpty() && endsComplete(story);
    if (json) {
      ObjectNode result = new JsonMapper().createObjectNode();
      result.put("model", true).put("seed", seed).put("cuts", cutsHad).put("records", records);
      result.put("complete", complete);
      story.violation().forEach(violation -> result.put("violated", violation.toString()));
      System.out.println(result);
    } else {
      System.out.printf(
          "on modelled hardware, seed %d: %d power cuts, %d records; %s%n",
          seed,
          cutsHad,
          records,
          complete
              ? "the first boot ended complete, and no invariant was violated"
              : "VIOLATED: " + story.violation().map(Object::toString).getOrElse("not complete"));
    }
    return complete ? 0 : SimulatorMain.VIOLATED;
  }

  private static boolean endsComplete(ModelStory story) {
    return story.chapters().getLast() instanceof Chapter.Recorded(var _, Phase after)
        && after instanceof Phase.Complete;
  }

  private static void tell(Chapter chapter, PrintStream out) {
    switch (chapter) {
      case Chapter.Cut(var point) -> out.println("⚡ power cut: " + point);
      case Chapter.Recorded(Event<Intent, Outcome> event, Phase _) -> tell(event, out);
    }
  }

  private static void tell(Event<Intent, Outcome> event, PrintStream out) {
    switch (event) {
      case Event.BootStarted<Intent, Outcome> _ -> out.println("boot");
      case Event.Intended<Intent, Outcome>(Intent intent, String because) ->
          out.println("→ " + Sentences.of(intent) + why(because));
      case Event.Completed<Intent, Outcome>(Outcome outcome) ->
          out.println("✓ " + Sentences.of(outcome));
      case Event.Adopted<Intent, Outcome>(Outcome outcome, String because) ->
          out.println("✓ " + Sentences.of(outcome) + why(because));
      case Event.Stopped<Intent, Outcome>(var refusal) ->
          out.println("stopped: " + refusal.sentence());
    }
  }

  private static String why(String because) {
    return because.equals("NEXT_IN_ORDER") ? "" : "  [" + because + "]";
  }
}
