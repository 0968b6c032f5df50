package dev.lockstep.simulator.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Only states that a power cut can leave, each once. */
class CrashStateTest {

  private static final Epoch.BothEnds SAME = new Epoch.BothEnds(Optional.empty(), Optional.empty());
  private static final Epoch.BothEnds OTHER =
      new Epoch.BothEnds(Optional.empty(), Optional.of(Path.of("after")));

  @Test
  void everyKindOccursAndNoStateTwice() {
    List<CrashState> states = CrashState.of(epoch(1000, false, 3, OTHER), 40, new Random(1));

    assertThat(states).hasSize(40).doesNotHaveDuplicates();
    assertThat(states.stream().map(CrashState::kind)).contains(CrashState.Kind.values());
  }

  @Test
  void anOldTpmIsFoundOnlyWithEverythingElseOld() {
    List<CrashState> states = CrashState.of(epoch(1000, false, 3, OTHER), 200, new Random(2));

    assertThat(states)
        .filteredOn(state -> !state.tpmIsNew())
        .isNotEmpty()
        .allMatch(state -> state.root().isEmpty() && !state.bootIsNew() && !state.keyIsNew());
  }

  @Test
  void aMountedRootIsFoundWithAllOfItsWritesOrNone() {
    List<CrashState> states = CrashState.of(epoch(1000, true, 3, SAME), 50, new Random(3));

    assertThat(states).isNotEmpty();
    assertThat(states.stream().map(state -> state.root().cardinality())).containsOnly(0, 1000);
  }

  @Test
  void anEpochThatChangesNothingHasNoState() {
    assertThat(CrashState.of(epoch(0, false, 0, SAME), 5, new Random(4))).isEmpty();
    assertThat(CrashState.of(epoch(0, false, 1, SAME), 1, new Random(4)))
        .allMatch(CrashState::bootIsNew)
        .hasSize(1);
  }

  @Test
  void shardsShareTheStatesAmongThem() {
    for (int state = 1; state <= 100; state++) {
      int had = 0;
      for (int number = 1; number <= 3; number++) {
        had += new Shard(number, 3).has(state, 4) ? 1 : 0;
      }
      assertThat(had).isEqualTo((state - 1) % 4 == 0 ? 1 : 0);
    }
    assertThatThrownBy(() -> Shard.parse("4/3")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Shard.parse("one")).hasMessageContaining("I/N");
  }

  private static Epoch epoch(int root, boolean mounted, int boot, Epoch.BothEnds tpm) {
    return new Epoch(
        "sync 1", true, "Convert", writes(root), mounted, true, writes(boot), tpm, SAME);
  }

  private static SectorWrites writes(int count) {
    SortedMap<Long, Long> writes = new TreeMap<>();
    for (long at = 0; at < count; at++) {
      writes.put(at + 100, at * 512);
    }
    return SectorWrites.of(writes);
  }
}
