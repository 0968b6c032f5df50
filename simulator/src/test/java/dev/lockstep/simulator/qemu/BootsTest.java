package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The same seed cuts at the same steps, and leaves work for every cut. */
class BootsTest {

  @Test
  void aPlanIsTheSeedsOwn() {
    assertThat(Boots.plan(5, 7)).isEqualTo(Boots.plan(5, 7)).isNotEqualTo(Boots.plan(5, 8));
  }

  @Test
  void everyCutComesBeforeTheFirstBootCanBeDone() {
    for (int cuts = 1; cuts <= 20; cuts++) {
      for (long seed = 0; seed < 50; seed++) {
        assertThat(Boots.plan(cuts, seed)).hasSize(cuts).allMatch(cut -> cut.steps() >= 1);
        assertThat(Boots.plan(cuts, seed).stream().mapToInt(Boots.Cut::steps).sum())
            .isLessThanOrEqualTo(46);
      }
    }
  }

  @Test
  void noCutIsNoCut() {
    assertThat(Boots.plan(0, 1)).isEmpty();
  }
}
