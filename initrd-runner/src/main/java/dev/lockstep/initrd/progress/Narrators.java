package dev.lockstep.initrd.progress;

import dev.lockstep.statemachine.firstboot.Intent;
import dev.lockstep.statemachine.firstboot.Outcome;
import dev.lockstep.statemachine.firstboot.Phase;
import dev.lockstep.statemachine.machine.Ending;
import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.State;
import dev.lockstep.statemachine.swap.SwapIntent;
import dev.lockstep.statemachine.swap.SwapOutcome;
import dev.lockstep.statemachine.swap.SwapPhase;
import java.util.List;

/** Several who tell the same story in their own ways. */
record Narrators(List<Narrator> each) implements Narrator {

  Narrators {
    each = List.copyOf(each);
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
    each.forEach(narrator -> narrator.saw(event, after));
  }

  @Override
  public void sawSwap(Event<SwapIntent, SwapOutcome> event, State<SwapPhase, SwapIntent> after) {
    each.forEach(narrator -> narrator.sawSwap(event, after));
  }

  @Override
  public void begins(String volume) {
    each.forEach(narrator -> narrator.begins(volume));
  }

  @Override
  public boolean converted(long doneBytes, long totalBytes, boolean goOn) {
    each.forEach(narrator -> narrator.converted(doneBytes, totalBytes, goOn));
    return goOn;
  }

  @Override
  public int ended(Ending ending, String done) {
    each.forEach(narrator -> narrator.ended(ending, done));
    return Narrator.exitCode(ending);
  }
}
