package dev.lockstep.statemachine.firstboot;

import static dev.lockstep.statemachine.firstboot.Deciding.*;
import static dev.lockstep.statemachine.firstboot.Fixture.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.statemachine.boot.Opener;
import dev.lockstep.statemachine.luks.VolumeState;
import dev.lockstep.statemachine.machine.Decision;
import dev.lockstep.statemachine.machine.Refusal;
import dev.lockstep.statemachine.port.BootPartition;
import dev.lockstep.statemachine.port.Digest;
import dev.lockstep.statemachine.port.Luks.Discovery;
import dev.lockstep.statemachine.port.Luks.Inside;
import dev.lockstep.statemachine.port.Luks.Slot;
import dev.lockstep.statemachine.port.RootConfiguration;
import io.vavr.control.Either;
import io.vavr.control.Option;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
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

  /** Whoever reads crypttab opens it from then on: not before it is proven, and not too late. */
  @Test
  void itsLineIsMadeLiveBeforeTheFirstLeftoverGoesAndTheRootsIsNot() throws Exception {
    List<String> done = new ArrayList<>();
    Outcome removed = new Outcome.LeftoversRemoved();
    assertThat(removingLeftovers(new Recorded(done, false), DATA)).isEqualTo(Either.right(removed));
    assertThat(done.removeFirst()).isEqualTo("activate " + LUKS);
    assertThat(done).hasSize(PreparedFile.values().length).allMatch(each -> each.contains("erase"));
    done.clear();
    assertThat(removingLeftovers(new Recorded(done, false), JOB)).isEqualTo(Either.right(removed));
    assertThat(done).hasSize(PreparedFile.values().length).noneMatch(each -> each.contains("act"));
    done.clear();
    assertThatThrownBy(() -> removingLeftovers(new Recorded(done, true), DATA))
        .isInstanceOf(IOException.class);
    assertThat(done).isEmpty();
  }

  private static Either<Refusal, Outcome> removingLeftovers(Recorded world, Job job)
      throws IOException {
    Ports ports = new Ports(null, null, world, null, null, world.root(), null, null, null, null);
    return new Effects(ports)
        .perform(new Phase.ConversionKeyRetired(job, LUKS), new Intent.RemoveLeftovers());
  }

  /** An empty boot partition, and a root that may be impossible to write. */
  private record Recorded(List<String> done, boolean rootFails) implements BootPartition {

    RootConfiguration root() {
      return new RootConfiguration() {
        @Override
        public Digest stage(UUID luksUuid, Opener opener) {
          throw new AssertionError("staged long ago");
        }

        @Override
        public void activate(UUID luksUuid) throws IOException {
          if (rootFails) {
            throw new IOException("read-only");
          }
          done.add("activate " + luksUuid);
        }

        @Override
        public void unstage() {
          throw new AssertionError("nothing is undone");
        }
      };
    }

    @Override
    public Option<byte[]> read(String path) {
      return Option.none();
    }

    @Override
    public void write(String path, byte[] content) {
      throw new AssertionError("nothing is written");
    }

    @Override
    public void writeByte(String path, int offsetBytes, byte value) {
      throw new AssertionError("nothing is written");
    }

    @Override
    public void sync(String path) {}

    @Override
    public void delete(String path) {
      done.add("delete " + path);
    }

    @Override
    public void erase(String path) {
      done.add("erase " + path);
    }

    @Override
    public List<String> list(String folder) {
      return List.of();
    }
  }

  private static Discovery discovery(boolean ours) {
    return new Discovery(
        ours,
        Set.of(Slot.CONVERSION, Slot.TPM2, Slot.RECOVERY),
        Either.right(new Inside(100, FILESYSTEM)));
  }
}
