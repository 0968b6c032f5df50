package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Inside;
import dev.lockstep.statemachine.port.Luks.Slot;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A volume that is not booted from: the same machine, without a boot entry. */
class DataVolumeTest {

  private static final FirstBoot MACHINE = new FirstBoot();
  private static final Job DATA = JOB.as(Role.DATA);

  private static Seen data(Seen seen) {
    seen.policy = POLICY.with(Role.DATA);
    return seen;
  }

  @Test
  void noBootEntryNeedsToAskForIt() {
    Seen seen = data(plain());
    seen.entries = List.of();
    adopts(in(MACHINE.start()), seen, new Outcome.PreflightPassed(DATA), Case.PREFLIGHT_PASSED);
  }

  @Test
  void theRegistersThatTheRootsEntryNamesAreItsToo() {
    Seen seen = data(plain());
    seen.entries =
        List.of(
            new EntrySeen(
                "os.conf", true, Option.none(), List.of(7, 14), Option.none(), digest("entry")));
    Job bound = new Job(DISK, FILESYSTEM, 100, 1000, 2000, List.of(7, 14)).as(Role.DATA);
    adopts(in(MACHINE.start()), seen, new Outcome.PreflightPassed(bound), Case.PREFLIGHT_PASSED);
  }

  @Test
  void itIsCompleteOnceItsJournalIsAnchoredAndNoEntryIsTouched() {
    Phase last = new Phase.LeftoversRemoved(DATA, LUKS);
    next(last, data(encrypted()), new Intent.AnchorJournal());
    Phase complete = MACHINE.advance(last, new Outcome.JournalAnchored(HEAD));
    assertThat(complete).isEqualTo(new Phase.Complete(DATA, LUKS));
    assertThat(decide(in(complete), data(encrypted())).get())
        .isEqualTo(new Decision.Rest<Intent, Outcome>());
  }

  @Test
  void whatAnotherToolBeganIsNotTakenOverSinceNothingInTheRootWouldOpenIt() {
    for (VolumeState volume :
        List.of(
            new VolumeState.Converting(LUKS, 1000, 400),
            new VolumeState.Encrypted(LUKS, Set.of()))) {
      Seen seen = data(underLuks(volume));
      seen.discovery = Option.some(discovery(false));
      Refusal refusal = decide(in(MACHINE.start()), seen).getLeft();
      assertThat(refusal.code()).isEqualTo("NOT_LOCKSTEPS_VOLUME");
      assertThat(refusal.kind()).isEqualTo(Refusal.Kind.PREFLIGHT);
    }
  }

  @Test
  void itsOwnWhoseRecordsWereLostIsGoneOnWithAsADataVolume() {
    Seen seen = data(underLuks(new VolumeState.Converting(LUKS, 1000, 400)));
    seen.discovery = Option.some(discovery(true));
    adopts(in(MACHINE.start()), seen, new Outcome.TakenOver(DATA, LUKS, false), Case.TAKEN_OVER);
  }

  private static Discovery discovery(boolean ours) {
    return new Discovery(
        ours,
        Set.of(Slot.CONVERSION, Slot.TPM2, Slot.RECOVERY),
        Either.right(new Inside(100, FILESYSTEM)));
  }
}
