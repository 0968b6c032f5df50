package dev.lockstep.statemachine.firstboot;

import dev.lockstep.statemachine.machine.Event;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.TpmIdentity;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.List;

/** What is known of a TPM that does not open what it should: each asks for something else. */
public enum TpmVerdict {
  /** It opens, or it was not asked. */
  OPENS(""),
  /**
   * The machine's own, and all its keys are gone: by the firmware's setup, or by another system.
   */
  CLEARED(
      "It is the TPM that the keys were made with, and it was cleared since, so it holds none of them"
          + " any more."),
  /** The disk is in another machine, or the board was replaced. */
  ANOTHER("It is another TPM than the one that the keys were made with."),
  /** Other firmware, another setting of Secure Boot, another boot path. */
  MEASURES_OTHERWISE(
      "It is the TPM that the keys were made with, and not cleared: what the firmware measures has"
          + " changed."),
  /** Nothing was written down of the TPM then, or it tells nothing now. */
  UNTOLD("");

  private final String sentence;

  TpmVerdict(String sentence) {
    this.sentence = sentence;
  }

  /** For the operator; empty where nothing is known. */
  String sentence() {
    return sentence;
  }

  /** Of one that refuses. */
  static TpmVerdict of(TpmIdentity then, TpmIdentity now) {
    if (!then.wasTold() || !now.wasTold()) {
      return UNTOLD;
    }
    if (!then.endorsement().equals(now.endorsement())) {
      return ANOTHER;
    }
    return then.storage().equals(now.storage()) ? MEASURES_OTHERWISE : CLEARED;
  }

  /**
   * A refusal, and why the TPM is the reason where that is known. Nothing is said of what it
   * measures: a wrong PIN looks the same.
   */
  static Refusal explained(Refusal refusal, Phase phase, Ports ports) throws IOException {
    Option<Job> job =
        switch (phase) {
          case Phase.InTheClear plain -> Option.some(plain.job());
          case Phase.UnderLuks under -> Option.some(under.job());
          case Phase.Withdrawing _, Phase.Untouched _, Phase.Contradiction _ -> Option.none();
        };
    if (refusal.kind() != Refusal.Kind.WRONG_KEY || !job.exists(Job::withTpm)) {
      return refusal;
    }
    TpmIdentity now = ports.keys().tpmIdentity(job.get().disk().partitionUuid());
    TpmVerdict verdict = of(ports.journal().past(), now);
    return verdict == CLEARED || verdict == ANOTHER
        ? new Refusal(refusal.kind(), refusal.code(), refusal.sentence() + " " + verdict.sentence())
        : refusal;
  }

  /** Of one that refuses, by what the journal tells of the one that the keys were made with. */
  static TpmVerdict of(List<Event<Intent, Outcome>> past, TpmIdentity now) {
    TpmIdentity then = TpmIdentity.NOT_TOLD;
    for (Event<Intent, Outcome> event : past) {
      if (event instanceof Event.Completed<Intent, Outcome>(Outcome outcome)
          && outcome instanceof Outcome.TellsTpm telling
          && telling.tpmIdentity().wasTold()) {
        then = telling.tpmIdentity();
      }
    }
    return of(then, now);
  }
}
