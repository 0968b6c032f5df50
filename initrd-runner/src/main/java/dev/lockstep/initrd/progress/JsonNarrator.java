package dev.lockstep.initrd.progress;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.journal.event.Encoded;
import dev.lockstep.journal.event.EventCodec;
import dev.lockstep.journal.event.Family;
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

/**
 * For programs: {@code {"event": …}}, {@code {"progress": …}}, and last {@code {"ending": …}}.
 * Where there are several volumes, {@code {"volume": name}} comes before what is about each.
 */
final class JsonNarrator implements Narrator {

  private final JsonMapper json = new JsonMapper();
  private final EventCodec<Intent, Outcome> codec = new EventCodec<>(Family.FIRST_BOOT);
  private final EventCodec<SwapIntent, SwapOutcome> swap = new EventCodec<>(Family.SWAP);
  private final Pace pace = new Pace(System::nanoTime);
  private final PrintStream out;

  JsonNarrator(PrintStream out) {
    this.out = out;
  }

  @Override
  public void saw(Event<Intent, Outcome> event, State<Phase, Intent> after) {
    print(codec.encode(event), after);
  }

  @Override
  public void sawSwap(Event<SwapIntent, SwapOutcome> event, State<SwapPhase, SwapIntent> after) {
    print(swap.encode(event), after);
  }

  private void print(Encoded encoded, State<?, ?> after) {
    ObjectNode line = json.createObjectNode();
    line.put("event", encoded.type());
    line.put("phase", after.phase().getClass().getSimpleName());
    line.putRawValue("payload", new com.fasterxml.jackson.databind.util.RawValue(encoded.json()));
    print(line);
  }

  @Override
  public void begins(String volume) {
    print(json.createObjectNode().put("volume", volume));
  }

  @Override
  public boolean converted(long doneBytes, long totalBytes, boolean goOn) {
    ObjectNode line = json.createObjectNode();
    Pace.Reading now = pace.at(doneBytes, totalBytes);
    ObjectNode progress = line.putObject("progress");
    progress.put("doneBytes", doneBytes).put("totalBytes", totalBytes);
    progress.put("percent", now.percent()).put("bytesPerSecond", (long) now.bytesPerSecond());
    if (now.secondsLeft() >= 0) {
      progress.put("secondsLeft", (long) Math.ceil(now.secondsLeft()));
    }
    print(line.put("safeToPowerOff", true));
    return goOn;
  }

  @Override
  public int ended(Ending ending, String done) {
    ObjectNode line = json.createObjectNode();
    switch (ending) {
      case Ending.Finished() -> line.put("ending", "finished");
      case Ending.Stopped(var refusal) ->
          line.put("ending", "stopped")
              .put("code", refusal.code())
              .put("sentence", refusal.sentence());
    }
    print(line.put("exitCode", Narrator.exitCode(ending)));
    return Narrator.exitCode(ending);
  }

  private void print(ObjectNode line) {
    out.println(line);
    out.flush();
  }
}
