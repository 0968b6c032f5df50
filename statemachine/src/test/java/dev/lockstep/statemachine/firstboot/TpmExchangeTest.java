package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.Fixture.Seen;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import dev.lockstep.statemachine.port.TpmIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Another TPM in place of one that is gone: with a key only, and the earlier slot goes last. */
class TpmExchangeTest {

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final Phase COMPLETE = new Phase.Complete(JOB, LUKS);
  private static final Phase ADDED = new Phase.TpmAdded(JOB, LUKS);
  private static final Outcome TPM_ADDED =
      new Outcome.TpmAdded(TpmTries.NOT_READ, TpmIdentity.NOT_TOLD);

  private static Seen seeing(TpmVerdict verdict, boolean withKey) {
    Seen seen = encrypted();
    seen.tpm = verdict;
    seen.policy = withKey ? POLICY.withOperatorsKey() : POLICY;
    return seen;
  }

  @Test
  void aTpmThatIsGoneForGoodIsReplacedWhereAKeyIsGivenAndTheEarlierSlotGoesLast() {
    for (TpmVerdict gone : List.of(TpmVerdict.CLEARED, TpmVerdict.ANOTHER)) {
      performs(in(COMPLETE), seeing(gone, true), new Intent.AddTpm(), Case.TPM_EXCHANGED);
    }
    assertThat(MACHINE.advance(COMPLETE, TPM_ADDED)).isEqualTo(ADDED);
    next(ADDED, seeing(TpmVerdict.OPENS, true), new Intent.RemoveEarlierTpm());
    Outcome removed = new Outcome.EarlierTpmRemoved(TpmTries.NOT_READ, TpmIdentity.NOT_TOLD);
    assertThat(MACHINE.advance(ADDED, removed)).isEqualTo(COMPLETE);
  }

  @Test
  void withoutAKeyNothingIsWritten() {
    stops(in(COMPLETE), seeing(TpmVerdict.ANOTHER, false), Disagreement.TPM_IS_ANOTHER);
    stops(in(COMPLETE), seeing(TpmVerdict.CLEARED, false), Disagreement.TPM_WAS_CLEARED);
    stops(in(ADDED), seeing(TpmVerdict.ANOTHER, false), Disagreement.TPM_IS_ANOTHER);
  }

  /**
   * What it measures now may be what nobody should trust; and it opens again once that is mended.
   */
  @Test
  void aTpmThatOnlyMeasuresOtherwiseKeepsItsSlotEvenWithAKey() {
    for (TpmVerdict verdict : List.of(TpmVerdict.MEASURES_OTHERWISE, TpmVerdict.UNTOLD)) {
      for (Phase phase : List.of(COMPLETE, ADDED)) {
        stops(in(phase), seeing(verdict, true), Disagreement.TPM_DOES_NOT_OPEN);
      }
    }
  }

  @Test
  void whatWasBegunIsGoneOnWithAndFoundDoneIsRecorded() {
    Phase[] phases = {COMPLETE, ADDED};
    for (Phase phase : phases) {
      for (TpmVerdict verdict : List.of(TpmVerdict.MEASURES_OTHERWISE, TpmVerdict.ANOTHER)) {
        performs(
            in(phase, new Intent.AddTpm()),
            seeing(verdict, true),
            new Intent.AddTpm(),
            Case.TPM_EXCHANGED);
      }
    }
    for (boolean withKey : new boolean[] {false, true}) { // with one, too: it is never added twice
      adopts(
          in(COMPLETE, new Intent.AddTpm()),
          seeing(TpmVerdict.OPENS, withKey),
          TPM_ADDED,
          Case.TPM_FOUND_ADDED);
    }
    // nobody asked it: there is none
    Seen absent = seeing(TpmVerdict.OPENS, false);
    absent.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.ABSENT, "None.", 1000, false);
    stops(in(COMPLETE, new Intent.AddTpm()), absent, Disagreement.TPM_DOES_NOT_OPEN);
  }

  @Test
  void aVolumeThatItsTpmOpensIsLeftAloneWithAKeyToo() {
    assertThat(decide(in(COMPLETE), seeing(TpmVerdict.OPENS, true)).get())
        .isInstanceOf(Decision.Rest.class);
  }

  @Test
  void anExhaustedTpmIsNotAsked() {
    Seen worn = seeing(TpmVerdict.OPENS, true);
    worn.facts = new Facts(DISK, 2000, "2.6.1", TpmHealth.LOCKED_OUT, "30 of 32.", 1000, false);
    stops(in(ADDED), worn, Disagreement.TPM_TRIES_SPENT);
  }
}
