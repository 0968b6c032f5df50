package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.invariant.Medium.Startup;
import io.vavr.control.Option;

/** What the firmware picks comes up: the runner, or the root. */
public record SomeEntryBoots() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    return switch (evidence.medium().startup()) {
      case Startup.NothingBoots(String why) -> Option.some("nothing boots: " + why);
      case Startup.RunnerBoots _, Startup.RootOpens _ -> Option.none();
    };
  }
}
