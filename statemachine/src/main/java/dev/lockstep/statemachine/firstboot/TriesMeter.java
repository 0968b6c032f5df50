package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Keys;
import dev.lockstep.statemachine.port.Keys.TpmCounter;
import io.vavr.control.Either;
import io.vavr.control.Option;

/**
 * Reads the TPM's counter before and after a step that may ask it for something: into the outcome,
 * or where the step was refused and cost a try, into the sentence. Reading costs none, and two
 * commands a step.
 */
final class TriesMeter {

  private final Keys keys;
  private final Option<TpmCounter> before;

  private TriesMeter(Keys keys, Option<TpmCounter> before) {
    this.keys = keys;
    this.before = before;
  }

  static TriesMeter before(Phase phase, Intent intent, Keys keys) {
    return new TriesMeter(keys, mayAskTheTpm(phase, intent) ? keys.tpmCounter() : Option.none());
  }

  Either<Refusal, Outcome> after(Either<Refusal, Outcome> done) {
    TpmTries tries =
        before
            .flatMap(
                first ->
                    keys.tpmCounter()
                        .map(
                            now ->
                                new TpmTries(
                                    first.failedTries(), now.failedTries(), now.mostTries())))
            .getOrElse(TpmTries.NOT_READ);
    return done.bimap(
        refusal -> told(refusal, tries),
        outcome -> outcome instanceof Outcome.TellsTries telling ? telling.with(tries) : outcome);
  }

  private static Refusal told(Refusal refusal, TpmTries tries) {
    return tries.wereSpent()
        ? new Refusal(
            refusal.kind(),
            refusal.code(),
            refusal.sentence()
                + " The TPM's counter of failed tries went from %d to %d of %d."
                    .formatted(tries.before(), tries.after(), tries.most()))
        : refusal;
  }

  private static boolean mayAskTheTpm(Phase phase, Intent intent) {
    boolean withTpm =
        switch (phase) {
          case Phase.InTheClear plain -> plain.job().withTpm();
          case Phase.UnderLuks under -> under.job().withTpm();
          case Phase.Withdrawing _, Phase.Untouched _, Phase.Contradiction _ -> false;
        };
    return withTpm
        && (intent instanceof Intent.SealConversionKey
            || intent instanceof Intent.PrepareHeader
            || intent instanceof Intent.ProveKeys
            || intent instanceof Intent.Convert
            || intent instanceof Intent.EnrolKey
            || intent instanceof Intent.AddTpm
            || intent instanceof Intent.RemoveEarlierTpm
            || intent instanceof Intent.ProveVolume);
  }
}
