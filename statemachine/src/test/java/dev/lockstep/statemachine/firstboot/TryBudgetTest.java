package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.Fixture.Seen;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where only a reserve of the TPM's tries is left, no boot asks it again. */
class TryBudgetTest {

  private static final Facts WORN =
      new Facts(DISK, 2000, "2.6.1", TpmHealth.LOCKED_OUT, "It is at 30 of 32.", 1000, false);
  private static final List<Phase> PLAIN =
      List.of(
          new Phase.Cleared(JOB),
          new Phase.KeySealed(JOB, SEALED),
          new Phase.RecoveryHandedOver(JOB, CREDENTIALS),
          new Phase.HeadStaged(JOB, CREDENTIALS, HEAD));

  private static Seen worn(Seen seen) {
    seen.facts = WORN;
    return seen;
  }

  @Test
  void whileTheDiskIsPlainThePolicySaysWhatThen() {
    for (Phase phase : PLAIN) {
      Refusal clear = decide(in(phase), worn(plain())).getLeft();
      assertThat(clear.kind()).isEqualTo(Refusal.Kind.PREFLIGHT);
      assertThat(clear.code()).isEqualTo("TPM_LOCKED_OUT");
      assertThat(clear.sentence()).contains("30 of 32");

      Seen without = worn(plain());
      without.policy =
          POLICY.with(
              new KeyChoice(
                  Job.STANDARD_SLOTS, Option.none(), WhenNoTpm.CLEAR, WhenNoTpm.RECOVERY_ONLY));
      Job again = new Job(DISK, FILESYSTEM, 100, 1000, 2000, List.of(7), List.of(Slot.RECOVERY));
      adopts(in(phase), without, new Outcome.PreflightPassed(again), Case.TPM_GONE);
    }
  }

  @Test
  void underLuksTheRunStopsForAPersonBeforeTheNextTry() {
    Phase.HeaderPlaced placed = new Phase.HeaderPlaced(JOB, PLACEMENT);
    Seen seen = worn(underLuks(new VolumeState.Converting(LUKS, 1000, 700)));
    stops(in(placed), seen, Disagreement.TPM_TRIES_SPENT);
    Refusal refusal = decide(in(placed), seen).getLeft();
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NEEDS_PERSON);
    assertThat(refusal.sentence()).contains("30 of 32", "--key-file");
    stops(in(new Phase.GrowthSettled(JOB, LUKS)), worn(encrypted()), Disagreement.TPM_TRIES_SPENT);
    // growing opens the volume
    stops(
        in(new Phase.MovedSegmentWiped(JOB, LUKS)),
        worn(encrypted()),
        Disagreement.TPM_TRIES_SPENT);
  }

  @Test
  void aKeyOfTheOperatorsConvertsWithoutTheTpmButDoesNotProveIt() {
    Seen seen = worn(underLuks(new VolumeState.Converting(LUKS, 1000, 700)));
    seen.policy = POLICY.withOperatorsKey();
    next(new Phase.HeaderPlaced(JOB, PLACEMENT), seen, new Intent.Convert(700));
    Seen done = worn(encrypted());
    done.policy = POLICY.withOperatorsKey();
    stops(in(new Phase.GrowthSettled(JOB, LUKS)), done, Disagreement.TPM_TRIES_SPENT);
  }

  @Test
  void whatNeedsNoTpmGoesOn() {
    next(
        new Phase.ConversionKeyRetired(JOB, LUKS), worn(encrypted()), new Intent.RemoveLeftovers());
    performs(
        in(new Phase.HeaderInitialised(JOB, PLACEMENT), new Intent.PlaceHeader()),
        torn(),
        new Intent.PlaceHeader(),
        Case.HEADER_TORN);
    Job without = new Job(DISK, FILESYSTEM, 100, 1000, 2000, List.of(7), List.of(Slot.RECOVERY));
    assertThat(decide(in(new Phase.Cleared(without)), worn(plain())).get())
        .isInstanceOf(Decision.Perform.class);
  }

  private static Seen torn() {
    Seen seen = worn(plain());
    seen.head = Option.some(TORN);
    return seen;
  }
}
