package dev.lockstep.simulator.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Each maker has a root of its own, and is called by its package's name. */
class InitrdMakerTest {

  @Test
  void aMakerIsNamedByItsPackageAndNothingElse() {
    assertThat(InitrdMaker.named("dracut")).contains(InitrdMaker.DRACUT);
    assertThat(InitrdMaker.named("initramfs-tools")).contains(InitrdMaker.INITRAMFS_TOOLS);
    assertThat(InitrdMaker.named("DRACUT")).isEmpty();
    assertThat(InitrdMaker.named("")).isEmpty();
  }

  @Test
  void noTwoOfThemShareARoot() {
    assertThat(Arrays.stream(InitrdMaker.values()).map(InitrdMaker::cacheName))
        .doesNotHaveDuplicates();
  }

  @Test
  void eachMakesTheInitrdOfThatKernelByItsOwnTool() {
    assertThat(InitrdMaker.DRACUT.script()).contains("dracut --force").contains("$kernel");
    assertThat(InitrdMaker.INITRAMFS_TOOLS.script())
        .contains("update-initramfs -c -k \"$kernel\"")
        .doesNotContain("dracut");
  }
}
