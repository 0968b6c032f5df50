package dev.lockstep.statemachine.invariant;

import dev.lockstep.statemachine.firstboot.Phase;
import io.vavr.control.Option;

/**
 * What was undone is as it was installed: every byte of the filesystem, its configuration included,
 * in the clear.
 */
public record UndoRestores() implements Invariant {

  @Override
  public Option<String> violatedBy(Evidence evidence) {
    boolean recorded = evidence.history().state().phase() instanceof Phase.Undone;
    boolean asInstalled =
        evidence
            .recovery()
            .map(after -> !after.undone() || after.contentIsWhole())
            .getOrElse(() -> !recorded || evidence.medium().isAsInstalled());
    return Option.when(!asInstalled, "it was undone, and the disk is not as it was installed");
  }
}
