package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.firstboot.Fixture.Seen;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.port.Surroundings.Facts;
import dev.lockstep.statemachine.port.Surroundings.TpmHealth;
import io.vavr.control.Option;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies behind the window is touched only once the volume is final, and as the policy says. */
class RestStepTest {

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final Phase WIPED_HEAD = new Phase.MovedSegmentWiped(JOB, LUKS);

  private static Seen wanting(BehindWindow rest) {
    Seen seen = encrypted();
    seen.policy = POLICY.with(rest);
    return seen;
  }

  @Test
  void thePolicyOfThisBootSaysWhatIsDone() {
    next(WIPED_HEAD, wanting(BehindWindow.KEEP), new Intent.SettleGrowth());
    next(
        WIPED_HEAD,
        wanting(BehindWindow.DISCARD),
        new Intent.ClearRest(BehindWindow.DISCARD, 1000, 2000));
    next(
        WIPED_HEAD,
        wanting(BehindWindow.WIPE),
        new Intent.ClearRest(BehindWindow.WIPE, 1000, 2000));
    // half a wipe that the operator has had enough of
    Phase half = new Phase.RestCleared(JOB, LUKS, 1500);
    next(half, wanting(BehindWindow.KEEP), new Intent.SettleGrowth());
    next(half, wanting(BehindWindow.WIPE), new Intent.ClearRest(BehindWindow.WIPE, 1500, 2000));
  }

  @Test
  void aLargeDiskIsWipedInSlicesThatACutCostsOneOf() {
    long shift = JOB.shiftBytes();
    Job large = new Job(DISK, FILESYSTEM, shift, 1000, 1000 + 3000 * shift, List.of(7));
    Seen seen = wanting(BehindWindow.WIPE);
    seen.facts = new Facts(DISK, large.partitionBytes(), "2.6.1", TpmHealth.READY, "", 1000, false);
    Phase phase = new Phase.MovedSegmentWiped(large, LUKS);
    long from = 1000;
    for (int slice = 1; slice <= 3; slice++) {
      long to = Math.min(large.partitionBytes(), from + 1024 * shift);
      next(phase, seen, new Intent.ClearRest(BehindWindow.WIPE, from, to));
      phase = MACHINE.advance(phase, new Outcome.RestCleared(BehindWindow.WIPE, to, ""));
      assertThat(phase).isEqualTo(new Phase.RestCleared(large, LUKS, to));
      from = to;
    }
    next(phase, seen, new Intent.SettleGrowth());
    assertThat(MACHINE.advance(phase, new Outcome.GrowthSettled("grown")))
        .isEqualTo(new Phase.GrowthSettled(large, LUKS));
  }

  /** Which were written before there was such a step. */
  @Test
  void journalsWithoutItGoOnAsTheyDid() {
    assertThat(MACHINE.advance(WIPED_HEAD, new Outcome.GrowthSettled("grown")))
        .isEqualTo(new Phase.GrowthSettled(JOB, LUKS));
  }

  @Test
  void nothingIsClearedWhereNothingIsBehindOrThePartitionBecameSmaller() {
    Job whole = new Job(DISK, FILESYSTEM, 100, 1000, 1000, List.of(7));
    next(
        new Phase.MovedSegmentWiped(whole, LUKS),
        wanting(BehindWindow.WIPE),
        new Intent.SettleGrowth());
    Seen smaller = wanting(BehindWindow.WIPE);
    smaller.facts = new Facts(DISK, 1999, "2.6.1", TpmHealth.READY, "", 1000, false);
    next(WIPED_HEAD, smaller, new Intent.SettleGrowth());
  }

  @Test
  void whileTheVolumeIsNotFinalNothingBehindTheWindowIsTouched() {
    for (VolumeState volume :
        List.of(
            new VolumeState.Converting(LUKS, 1000, 400),
            new VolumeState.ConvertedNotFinalised(LUKS, 1000))) {
      for (Phase phase :
          List.of(
              new Phase.HeaderPlaced(JOB, PLACEMENT),
              new Phase.Converted(JOB, LUKS, Option.none()),
              new Phase.Finalised(JOB, LUKS, Option.none()),
              WIPED_HEAD)) {
        Seen seen = wanting(BehindWindow.WIPE);
        seen.volume = volume;
        assertThat(decide(in(phase), seen).toString()).doesNotContain("ClearRest");
      }
    }
  }
}
