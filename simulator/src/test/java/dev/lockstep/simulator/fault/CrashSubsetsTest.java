package dev.lockstep.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CrashSubsetsTest {

  private final List<BitSet> seen = new ArrayList<>();

  private static BitSet bits(int... positions) {
    BitSet bits = new BitSet();
    for (int position : positions) {
      bits.set(position);
    }
    return bits;
  }

  @Test
  void twoWritesGiveFourSubsets() {
    double leftOut = new CrashSubsets(10).of(2, seen::add);

    assertThat(seen).containsExactly(bits(), bits(0), bits(1), bits(0, 1));
    assertThat(leftOut).isZero();
  }

  @Property
  void upToTheLimitEverySubsetComesOnce(@ForAll @IntRange(max = 10) int pending) {
    List<BitSet> all = new ArrayList<>();
    new CrashSubsets(10).of(pending, all::add);

    assertThat(all).hasSize(1 << pending).doesNotHaveDuplicates();
  }

  @Test
  void behindTheLimitTheLikelyOnesComeAndTheRestIsCounted() {
    double leftOut = new CrashSubsets(3).of(4, seen::add);

    assertThat(seen)
        .doesNotHaveDuplicates()
        .contains(bits(), bits(0, 1, 2, 3))
        .contains(bits(0), bits(0, 1), bits(0, 1, 2))
        .contains(bits(1), bits(2), bits(3))
        .contains(bits(1, 2, 3), bits(0, 2, 3), bits(0, 1, 3));
    assertThat(leftOut).isEqualTo(16 - seen.size());
  }

  @Property
  void theLikelyOnesNeverRepeatAndNeverReachBehindTheEnd(
      @ForAll @IntRange(min = 1, max = 200) int pending) {
    List<BitSet> likely = new ArrayList<>();
    new CrashSubsets(0).of(pending, likely::add);

    assertThat(likely).doesNotHaveDuplicates().allMatch(bits -> bits.length() <= pending);
  }
}
