package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.invariant.Medium.Startup;
import io.vavr.control.Option;

/** The entry that boots is the old one or the new one in full, never a mixture or a part. */
public record EntryOldOrNew() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    return switch (evidence.medium().startup()) {
      case Startup.RunnerBoots(String entry, boolean whole) when !whole -> torn(entry);
      case Startup.RootOpens(String entry, boolean whole) when !whole -> torn(entry);
      case Startup.RunnerBoots _, Startup.RootOpens _, Startup.NothingBoots _ -> Option.none();
    };
  }

  private static Option<String> torn(String entry) {
    return Option.some(entry + " boots, but is neither the old entry nor the new one");
  }
}
