package dev.lockstep.statemachine.invariant;

import io.vavr.control.Option;
import java.util.List;

/** No key was ever written in the clear, not even where a file was deleted since. */
public record NoKeyOnMedia() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    List<String> found = evidence.medium().keysInTheClear();
    return Option.when(
        !found.isEmpty(), () -> "a key lies in the clear on " + String.join(" and ", found));
  }
}
