package dev.lockstep.simulator.report;

import dev.lockstep.simulator.explore.CutPoint;
import dev.lockstep.simulator.explore.Violation;
import dev.lockstep.statemachine.invariant.Recovery;
import java.util.List;

/** One thing that happens while a plan is run. */
public sealed interface Beat {

  /** The power comes on. */
  record PowerOn(int boot, String asked) implements Beat {}

  /** A record is durable. */
  record Recorded(String sentence, String phase) implements Beat {}

  /** An epoch ends: what was written since the one before is about to become durable. */
  record Epoch(int moment, String before, List<String> writes, Lanes lanes) implements Beat {
    public Epoch {
      writes = List.copyOf(writes);
    }
  }

  /** The power goes. */
  record Cut(int number, CutPoint point, List<String> arrived, List<String> lost, Lanes left)
      implements Beat {
    public Cut {
      arrived = List.copyOf(arrived);
      lost = List.copyOf(lost);
    }
  }

  /** An invariant does not hold: nothing after it is told. */
  record Violated(Violation violation) implements Beat {}

  /** The power stayed. */
  record Ended(Recovery recovery, Lanes lanes) implements Beat {}
}
