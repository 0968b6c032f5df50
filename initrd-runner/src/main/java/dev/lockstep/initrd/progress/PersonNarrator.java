package dev.lockstep.initrd.progress;

import dev.lockstep.journal.event.Sentences;
import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import java.io.PrintStream;
import java.util.function.Function;

/** For somebody at a terminal, or reading a log afterwards. */
final class PersonNarrator implements Narrator {

  private final PrintStream out;
  private final ProgressBar bar;

  PersonNarrator(PrintStream out) {
    this.out = out;
    this.bar = new ProgressBar(out, Terminal.isStandardError());
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
    tell(event, after, Sentences::of, Sentences::of);
  }

  @Override
  public void sawSwap(Event<SwapIntent, SwapOutcome> event, State<SwapPhase, SwapIntent> after) {
    tell(event, after, Sentences::of, Sentences::of);
  }

  private <I, O> void tell(
      Event<I, O> event,
      State<?, I> after,
      Function<I, String> intents,
      Function<O, String> outcomes) {
    bar.clear();
    switch (event) {
      case Event.BootStarted<I, O>(var _, String _) -> {
        if (after.boots() > 1) {
          out.printf("going on (run %d since the last progress)%n", after.boots());
        }
      }
      case Event.Intended<I, O>(I intent, String because) ->
          out.println("→ " + intents.apply(intent) + why(because));
      case Event.Completed<I, O>(O outcome) -> out.println("✓ " + outcomes.apply(outcome));
      case Event.Adopted<I, O>(O outcome, String because) ->
          out.println("✓ " + outcomes.apply(outcome) + why(because));
      case Event.Stopped<I, O> _ -> {} // told at the end
    }
  }

  private static String why(String because) {
    return because.equals("NEXT_IN_ORDER") ? "" : "  [" + because + "]";
  }

  @Override
  public void begins(String volume) {
    bar.clear();
    out.println("volume " + volume);
  }

  @Override
  public boolean converted(long doneBytes, long totalBytes, boolean goOn) {
    bar.show(doneBytes, totalBytes);
    return goOn;
  }

  @Override
  public int ended(Ending ending, String done) {
    bar.clear();
    switch (ending) {
      case Ending.Finished() -> out.println("done: " + done);
      case Ending.Stopped(var refusal) -> out.println("lockstep: " + refusal.sentence());
    }
    out.flush();
    return Narrator.exitCode(ending);
  }
}
